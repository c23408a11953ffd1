"""What puts processes together: the command line, the demo."""
