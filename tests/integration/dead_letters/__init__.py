"""Dead letters, as operators look at them, bring them back and drop them."""
