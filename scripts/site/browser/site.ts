/** What the pages of the site do with JavaScript: search, and copy samples. */
import MiniSearch, { type SearchResult } from 'minisearch';
import { indexOptions, searchOptions } from '../index-options.ts';

const box = document.querySelector<HTMLElement>('search');
const input = document.querySelector<HTMLInputElement>('#search');
const list = document.querySelector<HTMLElement>('#results');
const status = document.querySelector<HTMLElement>('.status');
if (box && input && list && status) startSearch(box, input, list, status);
startCopying();

function startSearch(
  { dataset }: HTMLElement,
  field: HTMLInputElement,
  results: HTMLElement,
  said: HTMLElement,
): void {
  const maxResults = 12;
  let index: Promise<MiniSearch> | undefined;
  const load = (): Promise<MiniSearch> =>
    (index ??= fetch(dataset.index ?? '').then(async (response) =>
      MiniSearch.loadJSON(await response.text(), indexOptions),
    ));
  const options = (): Element[] => Array.from(results.children);
  const selected = (): number =>
    options().findIndex((option) => option.getAttribute('aria-selected') === 'true');

  function show(isShown: boolean): void {
    results.hidden = !isShown;
    field.setAttribute('aria-expanded', String(isShown));
    if (!isShown) field.removeAttribute('aria-activedescendant');
  }
  function select(position: number): void {
    for (const [at, option] of options().entries())
      option.setAttribute('aria-selected', String(at === position));
    const option = options()[position];
    if (!option) return field.removeAttribute('aria-activedescendant');
    field.setAttribute('aria-activedescendant', option.id);
    option.scrollIntoView({ block: 'nearest' });
  }

  /** What has all words; if nothing has, what has some. */
  function find(loaded: MiniSearch, text: string): SearchResult[] {
    const found = loaded.search(text, { ...searchOptions, combineWith: 'AND' });
    return found.length > 0 ? found : loaded.search(text, searchOptions);
  }

  async function search(): Promise<void> {
    const text = field.value.trim();
    const found = text === '' ? [] : find(await load(), text);
    // While the index was loading, the text may have changed.
    if (text !== field.value.trim()) return;
    results.replaceChildren(
      ...found.slice(0, maxResults).map((result, position) => {
        const option = document.createElement('li');
        option.id = `result-${position}`;
        option.role = 'option';
        const link = document.createElement('a');
        link.href = `${dataset.root}${result.path}`;
        link.tabIndex = -1;
        const title = document.createElement('strong');
        for (const word of String(result.title).split(/(?<=[a-z])(?=[A-Z])/))
          title.append(word, document.createElement('wbr'));
        const about = document.createElement('small');
        about.textContent = `${result.kind} · ${result.summary}`;
        link.append(title, about);
        option.append(link);
        return option;
      }),
    );
    show(found.length > 0);
    select(found.length > 0 ? 0 : -1);
    said.textContent = text === '' ? '' : `${found.length} results for ${text}`;
    field.toggleAttribute('aria-invalid', text !== '' && found.length === 0);
  }

  box?.removeAttribute('hidden');
  field.addEventListener('focus', () => void load());
  field.addEventListener('input', () => void search());
  field.addEventListener('keydown', (event) => {
    const count = options().length;
    if (event.key === 'Escape') show(false);
    if (event.key === 'Enter') options()[Math.max(0, selected())]?.querySelector('a')?.click();
    if (results.hidden || count === 0) return;
    if (event.key === 'ArrowDown') select((selected() + 1) % count);
    else if (event.key === 'ArrowUp') select((selected() + count - 1) % count);
    else return;
    event.preventDefault();
  });
  document.addEventListener('click', ({ target }) => {
    if (target instanceof Node && !box?.contains(target)) show(false);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    field.focus();
  });

  // The page for addresses that do not exist searches for the last part of the address.
  if (document.querySelector('[data-missing]')) {
    field.value = decodeURIComponent(
      location.pathname.split('/').findLast((part) => part !== '') ?? '',
    );
    void search();
  }
}

function startCopying(): void {
  for (const code of document.querySelectorAll<HTMLElement>(
    'code.language-sh, code.language-yaml, code.language-json',
  )) {
    const pre = code.parentElement;
    if (!pre) continue;
    const sample = document.createElement('div');
    sample.className = 'sample';
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = 'Copy';
    button.addEventListener('click', () => {
      void navigator.clipboard.writeText(code.textContent ?? '').then(() => {
        button.textContent = 'Copied';
        setTimeout(() => (button.textContent = 'Copy'), 2000);
      });
    });
    pre.replaceWith(sample);
    sample.append(pre, button);
  }
}
