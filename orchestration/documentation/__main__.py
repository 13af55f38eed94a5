"""`python -m orchestration.documentation`: write what is stale, as `make docs` does."""

from orchestration.documentation.writing import main

if __name__ == "__main__":
    main()
