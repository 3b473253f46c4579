"""What a request costs, as ratios to a trivial one of the same run; see README.md here. Never part of the tests."""
