#!/usr/bin/env python3
"""Verifies an export of the ledger or of the audit trail without the gateway: python3 verify.py EXPORT [--public-key HEX] [--heads FILE]

Reads the JSON Lines of `gateway ledger export TENANT` or `GET /ledger/export` and recomputes the
chain of hashes, every announcement, the balance of every account, the agreement with the payments
and the signatures; of `gateway audit export TENANT` or `GET /audit/export`, chain and signatures. Prints what it finds and exits with 1, or with 0 when the books are whole.

Shares nothing with the gateway but docs/ledger.md and docs/audit.md. Needs Python 3.9 or newer and nothing else.
"""
import argparse
import hashlib
import json
import sys
from collections import defaultdict

# Everything that is sealed, in the order in which it is hashed.
TRANSFER = ("position booked_at id event_id line intent_id sequence phase debit credit amount currency "
            "code reference pending_id reverses_id posted_at").split()
ENTRY = ("position booked_at id recorded_at action resource key_id person command_user address request_id "
         "before after").split()


def sealed_bytes(values):
    """Each value as length, colon, text, comma; a null as a dash and a comma."""
    parts = []
    for value in values:
        if value is None:
            parts.append(b"-,")
        else:
            text = str(value).encode()
            parts.append(b"%d:%s," % (len(text), text))
    return b"".join(parts)


class Ed25519:
    """The verification of RFC 8032, section 5.1.7, in plain integers."""
    P = 2**255 - 19
    ORDER = 2**252 + 27742317777372353535851937790883648493
    D = -121665 * pow(121666, -1, P) % P
    ROOT = pow(2, (P - 1) // 4, P)

    @classmethod
    def decode(cls, data):
        y = int.from_bytes(data, "little")
        sign, y = y >> 255, y & (2**255 - 1)
        if y >= cls.P:
            return None
        square = (y * y - 1) * pow(cls.D * y * y + 1, -1, cls.P) % cls.P
        x = pow(square, (cls.P + 3) // 8, cls.P)
        if (x * x - square) % cls.P:
            x = x * cls.ROOT % cls.P
        if (x * x - square) % cls.P or (x == 0 and sign):
            return None
        return (cls.P - x if x & 1 != sign else x), y

    @classmethod
    def add(cls, a, b):
        product = cls.D * a[0] * b[0] * a[1] * b[1] % cls.P
        x = (a[0] * b[1] + b[0] * a[1]) * pow(1 + product, -1, cls.P)
        y = (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, -1, cls.P)
        return x % cls.P, y % cls.P

    @classmethod
    def times(cls, point, count):
        result = (0, 1)
        while count:
            if count & 1:
                result = cls.add(result, point)
            point = cls.add(point, point)
            count >>= 1
        return result

    @classmethod
    def verify(cls, key, message, signature):
        base = cls.decode((4 * pow(5, -1, cls.P) % cls.P).to_bytes(32, "little"))
        point, nonce = cls.decode(key), cls.decode(signature[:32])
        scalar = int.from_bytes(signature[32:], "little")
        if point is None or nonce is None or len(signature) != 64 or scalar >= cls.ORDER:
            return False
        digest = hashlib.sha512(signature[:32] + key + message).digest()
        challenge = int.from_bytes(digest, "little") % cls.ORDER
        return cls.times(base, scalar) == cls.add(nonce, cls.times(point, challenge))


class Books:
    def __init__(self, public_keys, heads):
        """`heads` are those that were kept elsewhere; None when no file of them was given."""
        self.keys = {hashlib.sha256(key).hexdigest()[:16]: key for key in public_keys}
        self.known = heads or []
        self.is_given_heads = heads is not None
        self.compared = 0
        self.heads = {}
        self.findings = []
        self.tenant = None
        self.is_audit = False
        self.after = self.position = 0
        self.hash = bytes(32)
        # What the next hash may stand behind: nothing behind a gap, two where one was spoiled.
        self.hashes = [bytes(32)]
        self.booked_at = ""
        self.announced = {}
        # By account: debits and credits posted, debits and credits pending.
        self.accounts = defaultdict(lambda: [0, 0, 0, 0])
        self.merchants = defaultdict(lambda: [0, 0, 0, 0])
        self.intents = 0
        self.last_head = None

    def found(self, text):
        self.findings.append(text)

    @property
    def head_name(self):
        return "audit_head" if self.is_audit else "ledger_head"

    def choose_heads(self):
        """Of the known heads, those of the chain that is exported."""
        self.known = [head for head in self.known if head["object"] == self.head_name]
        self.heads = {head["position"]: head for head in self.known}
        self.compared = len(self.known)

    def read(self, line):
        kind = line.get("object")
        if kind == "ledger_export":
            self.tenant = line["tenant"]
            self.after = self.position = line["after"]
            self.hashes = [bytes.fromhex(line["previous_hash"])]
            self.choose_heads()
        elif kind == "audit_export":
            self.tenant = line["tenant"]
            self.is_audit = True
            self.choose_heads()
        elif kind == "intent":
            self.agree(line)
        elif kind == self.head_name:
            self.last_head = line
        elif kind is None and self.is_audit:
            self.place(line, ENTRY, line["recorded_at"])
        elif kind is None:
            self.transfer(line)
        else:
            self.found(f"a line about {kind} that is none of an export")

    def place(self, row, fields, at):
        """Checks one place of the chain; returns what a finding calls it."""
        position = row["position"]
        if position != self.position + 1:
            self.found(f"positions {self.position + 1} to {position - 1} are missing"
                       if position > self.position else f"position {position} comes again")
            self.hashes = []
        sealed = sealed_bytes(row.get(name) for name in fields)
        expected = [hashlib.sha256(before + sealed).digest() for before in self.hashes]
        self.position, self.hash = position, bytes.fromhex(row["hash"])
        name = f"position {position}: {row['id']}"
        self.hashes = [self.hash]
        if expected and self.hash not in expected:
            self.found(f"{name} is not what was sealed")
            self.hashes.append(expected[0])
        if row["booked_at"] < max(self.booked_at, at):
            self.found(f"{name} is out of time")
        self.booked_at = row["booked_at"]
        head = self.heads.pop(position, None)
        if head and bytes.fromhex(head["hash"]) != self.hash:
            self.found(f"the head at {position} has another hash")
        return name

    def transfer(self, row):
        name = self.place(row, TRANSFER, row["posted_at"])
        accounts = (row["debit"], row["credit"])
        if (row["amount"] <= 0 or accounts[0] == accounts[1]
                or any(account.split(":")[-1] != row["currency"] for account in accounts)):
            self.found(f"{name} is no transfer")
        self.book(row, name, accounts)

    def book(self, row, name, accounts):
        amount, phase, pending = row["amount"], row["phase"], row["pending_id"]
        posted = amount if phase == "posted" else 0
        waiting = amount if phase == "pending" else -amount if pending else 0
        merchant = f"merchant_balance:{row['currency']}"
        for side, account in enumerate(accounts):
            for sums in [self.accounts[account]] + (
                    [self.merchants[row["intent_id"], row["currency"]]] if account == merchant else []):
                sums[side] += posted
                sums[side + 2] += waiting
        if phase == "pending":
            self.announced[row["id"]] = [amount, accounts]
        if pending and self.after == 0:
            left = self.announced.get(pending)
            if left is None or left[0] < amount or left[1] != accounts:
                self.found(f"{name} ends more of {pending} than was announced")
            else:
                left[0] -= amount
                if left[0] == 0:
                    del self.announced[pending]

    def agree(self, intent):
        self.intents += 1
        debits, credits, refunding, held = self.merchants.pop((intent["id"], intent["currency"]), [0] * 4)
        if (credits - debits != intent["captured"] - intent["refunded"]
                or held != intent["capturable"] or refunding != intent["refund_reserved"]):
            self.found(f"{intent['id']} and its transfers disagree")

    def end(self):
        if self.is_given_heads and not self.compared:
            self.found(f"the file of known heads has no {self.head_name}")
        head = self.last_head
        if head is None:
            if self.position:
                self.found("the export has no head: its end may be cut off")
        else:
            if head["position"] != self.position:
                self.found(f"the chain ends at {self.position}, not at {head['position']}")
            elif bytes.fromhex(head["hash"]) != self.hash:
                self.found(f"the head at {head['position']} has another hash")
            self.known.append(head)
        for position in sorted(self.heads):
            if position > self.after:
                self.found(f"a known head at {position} is not in the chain")
        self.check_signatures()
        currencies = defaultdict(int)
        for account, (debits, credits, _, _) in self.accounts.items():
            currencies[account.split(":")[-1]] += debits - credits
        for currency, difference in currencies.items():
            if difference:
                self.found(f"{currency} is out of balance by {difference}")

    def check_signatures(self):
        for head in self.known:
            key = self.keys.get(head["key"])
            if key is None:
                if self.keys:
                    self.found(f"the head at {head['position']} is not signed by a given key")
                continue
            message = sealed_bytes(
                [self.head_name.replace("_", " "), self.tenant, head["position"], head["hash"], head["booked_at"]])
            if not Ed25519.verify(key, message, bytes.fromhex(head["signature"])):
                self.found(f"the head at {head['position']} was not signed by its key")


def known_heads(path):
    """Heads from an earlier export or from published `ledger.sealed` and `audit.sealed` events."""
    heads = []
    with open(path, encoding="utf-8") as file:
        for text in file:
            line = json.loads(text)
            data = line.get("data") or line
            line = data.get("ledger_head") or data.get("audit_head") or line
            if line.get("object") in ("ledger_head", "audit_head"):
                heads.append(line)
    return heads


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("export", help="a file, or - for the standard input")
    arguments.add_argument("--public-key", action="append", default=[], type=bytes.fromhex)
    arguments.add_argument("--heads", help="a file of heads that were kept elsewhere")
    arguments.add_argument("--balances", action="store_true", help="print every account")
    given = arguments.parse_args()
    books = Books(given.public_key, known_heads(given.heads) if given.heads else None)
    with (sys.stdin if given.export == "-" else open(given.export, encoding="utf-8")) as file:
        for number, text in enumerate(file, 1):
            try:
                books.read(json.loads(text))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                books.found(f"line {number} cannot be read: {error!r}")
    books.end()
    if given.balances:
        for account, sums in sorted(books.accounts.items()):
            print(account, *sums)
    if books.is_audit:
        print(f"{books.position} entries")
    else:
        print(f"{books.position - books.after} transfers, {len(books.accounts)} accounts, {books.intents} payments")
    if books.is_given_heads:
        print(f"{books.compared} known heads compared")
    for finding in books.findings:
        print("FOUND", finding)
    if not books.findings:
        print("the trail is whole" if books.is_audit else "the books are whole")
    sys.exit(1 if books.findings else 0)


if __name__ == "__main__":
    main()
