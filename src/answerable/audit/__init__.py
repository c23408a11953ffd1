"""Check a register from what is public: every entry by the rules of its version, then the files."""
