"""Trained networks for others: weights and a card made from their run, pushed to the Hugging Face Hub."""

from acutance.publishing.card import Card
from acutance.publishing.push import Pushed, card_of, push

__all__ = ["Card", "Pushed", "card_of", "push"]
