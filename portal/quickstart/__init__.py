"""The embedded servers and processes behind ``make run``; nothing else imports it."""
