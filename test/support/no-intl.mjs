// Preloaded into a process under test: nothing may ask for the tables of all languages.
for (const name of ['NumberFormat', 'DateTimeFormat', 'Collator', 'PluralRules', 'Segmenter']) {
  Intl[name] = class {
    constructor() {
      throw new Error(`Intl.${name} was used`);
    }
  };
}
