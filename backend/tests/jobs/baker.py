"""The beginning of a small pack, for tests that write one."""

HEAD = """---
name: baker
title: Baker
aliases: [pastry cook]
---
# Baker

## Competencies

- **Craft**: Bakes well.

## Questions
"""
