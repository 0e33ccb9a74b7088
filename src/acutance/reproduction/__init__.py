"""The papers' tables, made again: which recipe makes which row, and ours beside theirs."""

from acutance.reproduction.paper_tables import TABLES, PaperTable, paper_table
from acutance.reproduction.planned import Planned
from acutance.reproduction.reproduce import reproduce
from acutance.reproduction.reproduced import Reproduced

__all__ = ["TABLES", "PaperTable", "Planned", "Reproduced", "paper_table", "reproduce"]
