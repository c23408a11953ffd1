"""Forms made from the commands themselves: what is asked, what was typed, what it says."""
