"""Every process is replaced by one of the next release, one after the other, while callers go on calling."""
