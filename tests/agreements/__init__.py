"""The agreement: rules, actions, pages."""
