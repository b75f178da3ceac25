"""`python -m han` is `han`."""

from han.console import main

if __name__ == "__main__":
    main()
