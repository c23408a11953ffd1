"""What is kept: the public register, the vault, the desk, and the public files.

    register    the append-only entries, their blobs and every checkpoint signed
    vault       personal data needed for a while; erasable
    desk        private work in progress; erasable
    public      the register as static files that anyone can mirror

Register, vault and desk never import each other. They meet in `files`, which writes and locks,
and `database`, which opens a SQLite file; neither knows what is in it.
"""
