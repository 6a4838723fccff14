"""What was sent and what the other side said, as the columns of a table: on the page of channels, and on that of an alert."""

from dataclasses import replace

from ui.components.columns import Column

SENT = (
    Column(field='name', label='Channel', kind='strong', detail='news', phone='title'),
    Column(field='state', label='What came of it', kind='state', family='outcome', how='chip', phone='state'),
    Column(field='said', label='The other side said', kind='quiet', grow=True, phone='more'),
    Column(field='again_at', label='Again', kind='age', mode='left', empty='', phone='more'),
    Column(field='took_ms', label='Took', kind='number', unit='ms', align='right', room='wide'),
    Column(field='at', label='When', kind='age', align='right', phone='age'),
)
"""Of the topic ``tellings``."""
_ALERT = Column(field='problem', label='Alert', href='/alerts/{alert}', grow=True, phone='line')
_NEWS = Column(field='news', label='What', phone='more')
SENT_OF_ALL = (replace(SENT[0], detail=None), _ALERT, _NEWS, *SENT[1:])
"""The same where messages are about several alerts: each names its own and leads to it."""
