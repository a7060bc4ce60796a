"""What the practice cloud knows: one SQLite file, and for each of its tables one module that reads and changes it.

`store` opens the file, `transaction` is what a request works on, `seed` is what a fresh file holds. (The secrets' own
tables are `key_vault.secrets`'s.)
"""
