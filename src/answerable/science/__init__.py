"""Pure algorithms. They import nothing of ours and never learn our words."""
