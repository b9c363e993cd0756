"""
Attacks on the ledger by somebody who holds the application's password and writes SQL past every action.

Each is honest but for one lie (``forger.py``). It says what the database answers, which guards have to be taken away
for it to pass, and which invariants of the audit name it then.
"""
