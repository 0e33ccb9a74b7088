"""Networks x sets -> scores, and the files that were asked for."""
