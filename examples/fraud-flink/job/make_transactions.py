"""Prints made-up transactions of 50 cards, five minutes apart for each card; card-7 is used every 20 seconds."""

import json
import sys
from datetime import datetime, timedelta, timezone

START = datetime(2026, 12, 1, 3, 0, tzinfo=timezone.utc)
CARDS = 50


def main(count):
    for index in range(count):
        turn, card = divmod(index, CARDS)
        is_odd = card == 7
        time = START + turn * timedelta(seconds=20 if is_odd else 300)
        transaction = {
            "transaction": "t-{}".format(index),
            "card": "card-{}".format(card),
            "time": time.isoformat(),
            "amount": 900 + turn if is_odd else 5 + index % 80,
            "kilometers_from_home": 2500 if is_odd else index % 30,
        }
        print(json.dumps(transaction))


if __name__ == "__main__":
    main(int(sys.argv[1]))
