"""What runs inside the kernels is no test module: importing it here would cut the tests' own sockets."""

collect_ignore = ["driver.py", "startup"]
