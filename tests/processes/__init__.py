"""Several processes that train one network: that they are one, and what becomes of them."""
