"""What `make bench` measures, each against its goal: real processes on loopback, bounded in number and time.

A file for each thing that is measured; what they share knows no goal.
"""
