"""What anyone can check of a register from outside, without the rules of the stages."""
