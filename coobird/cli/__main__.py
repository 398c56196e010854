import sys

from coobird.cli.main import main

sys.exit(main())
