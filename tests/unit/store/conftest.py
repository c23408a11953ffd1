def pytest_configure(config):
    config.addinivalue_line("markers", "property: generated cases; more of them in make fuzz")
