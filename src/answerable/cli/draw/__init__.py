"""``answerable draw``: a panel by a fair lottery, from the field's own files alone."""
