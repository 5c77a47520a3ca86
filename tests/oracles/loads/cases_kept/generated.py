"""Columns that the server computes at an UPDATE; run on PostgreSQL too."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Ledger, Memo

keeping = async_sessionmaker(expire_on_commit=False)


async def flushed(session: AsyncSession, n):
    memo = await session.get(Memo, 1)
    memo.text = "changed"
    await session.flush()
    return memo.changed_at


async def committed(session: AsyncSession, n):
    memo = await session.get(Memo, 1)
    memo.text = "changed"
    await session.commit()
    return memo.changed_at


async def computed(session: AsyncSession, n):
    memo = await session.get(Memo, 1)
    memo.copies = 3
    await session.flush()
    return memo.double


async def by_expression(session: AsyncSession, n):
    memo = await session.get(Memo, 1)
    memo.copies = Memo.copies + 1
    await session.flush()
    return memo.copies


async def stored_and_changed(session: AsyncSession, n):
    memo = Memo(text="new")
    session.add(memo)
    await session.flush()
    memo.text = "changed"
    await session.flush()
    return memo.changed_at


async def field_by_field(session: AsyncSession, n):
    memo = await session.get(Memo, 1)
    for name, value in {"text": "changed", "copies": n}.items():
        setattr(memo, name, value)
    await session.commit()
    return memo.changed_at


async def own_session(session: AsyncSession, n):
    async with keeping(bind=session.bind) as own:
        memo = await own.get(Memo, 1)
        memo.text = "changed"
        await own.commit()
        return memo.changed_at


async def inserted(session: AsyncSession, n):
    memo = Memo(text="new")
    session.add(memo)
    await session.flush()
    return memo.changed_at, memo.double, memo.copies


async def refreshed(session: AsyncSession, n):
    memo = await session.get(Memo, 1)
    memo.text = "changed"
    await session.commit()
    await session.refresh(memo)
    return memo.changed_at


async def not_flushed_yet(session: AsyncSession, n):
    memo = await session.get(Memo, 1)
    memo.text = "changed"
    return memo.changed_at


async def nothing_changed(session: AsyncSession, n):
    memo = await session.get(Memo, 1)
    await session.flush()
    return memo.changed_at


async def given_by_the_code(session: AsyncSession, n):
    memo = await session.get(Memo, 1)
    memo.text = "changed"
    memo.changed_at = datetime(2020, 1, 1)
    await session.flush()
    return memo.changed_at


async def by_python(session: AsyncSession, n):
    memo = await session.get(Memo, 1)
    memo.text = "changed"
    await session.flush()
    return memo.edited_at, memo.text


async def asked_for(session: AsyncSession, n):
    ledger = await session.get(Ledger, 1)
    ledger.text = "changed"
    await session.flush()
    return ledger.changed_at


async def fetched_again(session: AsyncSession, n):
    memo = await session.get(Memo, 1)
    memo.text = "changed"
    await session.flush()
    (await session.scalars(select(Memo))).all()
    return memo.changed_at
