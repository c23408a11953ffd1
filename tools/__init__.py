"""Tools of the project. `verify_register.py` shares no code with it."""
