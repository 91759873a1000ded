"""The law as it was used: rates kept word for word, once each, so that a figure can be explained when the rate files have changed."""
