"""The tests, mirrored by folder: domain, persistence, jobs, ui; plus browser, real (real servers) and bench."""
