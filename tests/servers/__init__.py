"""The real servers that the tests run against: by address, in containers, or from Debian's packages."""
