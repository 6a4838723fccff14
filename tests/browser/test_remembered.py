"""A list whose filter was looked at before is on screen at once, with its age, and goes on from its number (scripts alone)."""

from pathlib import Path

from playwright.sync_api import Page

STATIC = Path(__file__).parents[2] / 'ui/static'
_RUN = """async ([optimistic, remembered, live]) => {
  const said = [], told = [], stored = new Map(), wire = { open: true, say: (message) => said.push(message) };
  let hear = null;
  wire.standing = () => ({ heardAt: 1000 });
  wire.start = (open, hears) => { hear = hears; };
  const kept = { isOld: (one) => one.old === true, all: async () => [...stored.values()] };
  kept.put = async (store, one) => { stored.set(one.topic, one); };
  const page = () => {
    const cw = { wire, kept, keptUnder: 'ana' }, ready = [];
    const document = {
      getElementById: () => null, documentElement: { dataset: {} }, querySelector: () => ({}),
      addEventListener: (name, heard) => { if (name === 'cellwarden:keeps') ready.push(heard); },
    };
    for (const text of [optimistic, remembered, live]) {
      new Function('window', 'document', 'addEventListener', 'performance', text)(
        { cellwarden: cw }, document, () => {}, { getEntriesByType: () => [] });
    }
    return { follow: (topic) => cw.follow(topic, (value, full, asOf) => told.push([value.rows?.[0]?.id ?? null, asOf !== null])),
      recall: () => cw.remembered.recall() };
  };
  const turn = () => new Promise((next) => setTimeout(next));
  const frame = (t, q, id) => ({ t, q, of: 'c1', full: true, v: { rows: [{ id, version: 1 }] } });
  const first = page();
  const leave = first.follow('devices?q=a');
  hear(frame('devices?q=a', 7, 'one'));
  leave();
  first.follow('devices?q=b');
  hear(frame('devices?q=b', 3, 'two'));
  first.follow('devices?q=a');
  await turn();
  const wish = said.at(-1);
  hear({ t: 'devices?q=a', q: 8, v: { rows: [{ id: 'one', version: 2 }] } });
  const second = page(), before = told.length; // another page of the same person
  await second.recall();
  second.follow('devices?q=a');
  await turn();
  for (let at = 1; at <= 3; at += 1) hear({ t: 'beat', at });
  const again = said.filter((one) => one.op === 'follow').at(-1);
  stored.get('devices?q=a').old = true;
  const third = page(), count = told.length;
  await third.recall();
  third.follow('devices?q=a');
  await turn();
  return { told: told.slice(0, before), second: told.slice(before, count), wish, again, third: told.length - count };
}"""


def test_a_known_filter_paints_at_once_with_its_age_and_goes_on_from_its_number(page: Page) -> None:
    found = page.evaluate(_RUN, [(STATIC / name).read_text() for name in ('optimistic.js', 'remembered.js', 'live.js')])
    assert found['told'] == [['one', False], ['two', False], ['one', True], ['one', False]]
    assert found['wish'] == {'op': 'follow', 't': 'devices?q=a', 'q': 7, 'of': 'c1'}
    assert found['again'] == {'op': 'follow', 't': 'devices?q=a', 'q': 7, 'of': 'c1'}, 'as it was when it was left'
    assert found['second'] == [['one', True], [None, False]], 'taken up without news: current after the next beats'
    assert found['third'] == 0, 'nothing older than a day is shown'
