"""What `dev.py` does once the virtual environment exists."""
