"""Staff's side of the callback: who waits, a lease, the number's half, how the call went, and notes (Call 4, C2–C5).

It hands out halves and sealed bytes; only a counsellor's page opens them. What is shown to somebody is audited without it.
"""

from chat import errors
from chat.callback_bodies import (
    LINES,
    WORK_LINES,
    CallbackDesk,
    CallbackHalf,
    CallbackLease,
    CallbackLine,
    CallbackNote,
    CallbackNoteOn,
    CallbackOutcome,
    CallbackTaken,
    CallbackVersion,
    ShiftNotes,
    Window,
)
from chat.crypto.chain import Certificate, Signed
from chat.crypto.encoding import b64, unb64
from chat.live.calling import LEAST_ABLE, Calling
from chat.papers import as_wire
from chat.rules import callbacks as rules
from chat.rules.ids import CallbackId
from chat.store.callbacks import Lease, Note, Request

_NEVER = 2**53


async def desk(calling: Calling, who: Certificate) -> CallbackDesk:
    """All that waits, visitors before professionals, of each those first whose time it is; for coordinators too, since nothing of it is content (C3, C4)."""
    now = calling.node.now
    requests = sorted(await calling.callbacks.all(), key=lambda request: _turn(request, now))
    work = [request for request in requests if request.queue == "work"][:WORK_LINES]
    listed = [r for r in requests if r.queue != "work"][: LINES - len(work)] + work
    able, newest = await calling.able(), await calling.teams.newest()
    waiting = [request for request in requests if request.state == "waiting"]
    return CallbackDesk(
        now=now,
        lines=[_line(request, who, able, now) for request in listed],
        more=len(requests) - len(listed),
        overdue=sum(rules.stage(r.windows, r.not_before, now) == "overdue" for r in waiting),
        able=able.get(newest, 0),
        alarm=await calling.alarm(),
        wanted=await calling.wanted(),
        unshared=await calling.unshared(who),
        shift_notes=len(await calling.teams.notes()),
    )


def _turn(request: Request, now: int) -> tuple[int, int]:
    """Whose time it is, and of those who asked first: whoever comes in a flood stands behind."""
    return (rules.next_call(request.windows, request.not_before, now) or _NEVER, request.asked)


def _line(request: Request, who: Certificate, able: dict[bytes, int], now: int) -> CallbackLine:
    lease = request.held(now)
    ends = rules.last_end(request.windows) if request.state == "cancelled" else rules.expiry(request.windows)
    return CallbackLine(
        id=request.id,
        version=request.version,
        state=request.state,
        windows=[Window(start=start, end=end) for start, end in request.windows],
        language=request.language,
        attempts=request.attempts,
        expires=ends,
        not_before=request.not_before,
        able=able.get(request.team, 0) if request.team else LEAST_ABLE,
        queue=request.queue,
        lease=CallbackLease(lease.name, lease.until, lease.holder == who.hash) if lease else None,
        outcome=request.outcome,
    )


async def take(calling: Calling, who: Certificate, callback: str) -> CallbackTaken:
    """Call 4: 20 minutes, seen by all. What comes is the card; the number's half is asked for by itself."""
    now, named = calling.node.now, CallbackId(callback)
    lease = Lease(who.hash, who.pseudonym, now + rules.LEASE_SECONDS)
    request = await calling.callbacks.take(named, lease, now)
    await calling.audit(who, "took", _short(callback))
    await calling.changed()
    notes = await calling.callbacks.notes(named)
    return CallbackTaken(
        until=lease.until,
        version=as_wire(Signed(request.doc, request.sig)),
        key=b64(request.key),
        sealed=b64(request.sealed),
        card=b64(request.card),
        attempts=request.attempts,
        notes=[_note(note) for note in notes],
    )


async def release(calling: Calling, who: Certificate, callback: str) -> None:
    """Somebody else may have it."""
    await calling.callbacks.release(CallbackId(callback), who.hash)
    await calling.changed()


async def number(calling: Calling, who: Certificate, asked: CallbackVersion) -> CallbackHalf:
    """C2: inside a window, with the lease, of the version that was read; audited before it is given."""
    now, named = calling.node.now, CallbackId(asked.id)
    request = await _held(calling, who, named)
    if not rules.may_call(request.windows, request.not_before, now):
        raise errors.OutsideWindow
    await calling.audit(who, "asked for the number of", _short(asked.id))
    half = await calling.callbacks.number(named, who.hash, asked.version, now)
    lease = request.held(now)
    return CallbackHalf(number=b64(half), until=lease.until if lease else now)


async def outcome(calling: Calling, who: Certificate, asked: CallbackOutcome) -> CallbackLine:
    """Call 4: counted, and where nobody calls again everything that was asked is erased at once."""
    now, named = calling.node.now, CallbackId(asked.id)
    request = await _held(calling, who, named)
    if request.version != asked.version:
        raise errors.StaleVersion
    course = rules.course(request.windows, request.attempts, asked.outcome, now)
    after = await calling.callbacks.outcome(request, who.hash, asked.outcome, course, now)
    await calling.audit(who, f"called ({asked.outcome})", _short(asked.id))
    calling.node.measures.callbacks_called.labels(asked.outcome).inc()
    await calling.changed()
    return _line(after, who, await calling.able(), now)


async def done(calling: Calling, who: Certificate, callback: str) -> None:
    """Call 5: the rest is erased too, its notes with it. `WrongMoment` as long as it may still be called."""
    now, named = calling.node.now, CallbackId(callback)
    request = await calling.callbacks.find(named)
    if request is None:
        return
    lease = request.held(now)
    if request.state != "over":
        raise errors.WrongMoment("it is not over")
    if lease and lease.holder != who.hash:
        raise errors.CallbackTaken
    await calling.callbacks.erase(named, now)
    await calling.audit(who, "is done with", _short(callback))
    await calling.changed()


async def add_note(calling: Calling, who: Certificate, asked: CallbackNoteOn) -> None:
    """C5: on a request, by who has it in hand."""
    now = calling.node.now
    note = Note(now, unb64(asked.note.team), unb64(asked.note.sealed))
    await calling.callbacks.add_note(CallbackId(asked.id), who.hash, note, now)
    await calling.changed()


async def shift_notes(calling: Calling) -> ShiftNotes:
    """C5: what the shift before wrote."""
    return ShiftNotes(notes=[_note(note) for note in await calling.teams.notes()])


async def add_shift_note(calling: Calling, asked: CallbackNote) -> None:
    """C5: for the next shift, for 72 hours."""
    await calling.teams.add_note(Note(calling.node.now, unb64(asked.team), unb64(asked.sealed)))
    await calling.changed()


async def _held(calling: Calling, who: Certificate, callback: CallbackId) -> Request:
    """The request, if it may still be called and this device has it in hand; else why not."""
    request = await calling.callbacks.find(callback)
    if request is None:
        raise errors.CallbackUnknown
    if request.state == "cancelled":
        raise errors.CallbackCancelled
    if request.state == "over":
        raise errors.CallbackOver
    lease = request.held(calling.node.now)
    if lease is None or lease.holder != who.hash:
        raise errors.CallbackNotHeld
    return request


def _note(note: Note) -> CallbackNote:
    return CallbackNote(team=b64(note.team), sealed=b64(note.sealed), time=note.time)


def _short(callback: str) -> str:
    """What a request is called in the audit; the name says nothing of anybody, and nothing once the request is gone."""
    return f"callback {callback[:8]}"
