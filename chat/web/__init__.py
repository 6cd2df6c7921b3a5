"""HTTP and WebSocket, and no rule of the domain: what is asked for, from where, and with which headers it is answered."""
