"""Program behind `python -m coobird.mock`."""

import sys

from coobird.mock.cli import main

sys.exit(main())
