"""What stands behind `make`: each target by its name, as `python3 -m tools TARGET`.

The first lines run on any Python 3, so that one which is too old gets a sentence and not a traceback.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 the point of this file
    sys.exit(
        f"varsam: this is Python {sys.version.split()[0]}, and 3.11 is the oldest that will do. "
        "If a newer one is installed, name it: make PYTHON=python3.12 demo"
    )

import tools.targets

tools.targets.main()
