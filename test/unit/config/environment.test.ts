import { describe, expect, it } from 'vitest';
import { expand } from '../../../src/config/environment.ts';
import { config, problems } from './support.ts';

const VARIABLES = { A: 'one', B: 'two', EMPTY: '', NESTED: '${A}', _9: 'nine' };

describe('a reference', () => {
  it.each([
    ['${A}', 'one'],
    ['x${A}y${B}z', 'xoneytwoz'],
    ['${_9}', 'nine'],
    ['${A:-other}', 'one'],
    ['${GONE:-other}', 'other'],
    ['${EMPTY:-other}', 'other'],
    ['${EMPTY}', ''],
    ['${GONE:-}', ''],
    ['${GONE:-http://a:1/?b#c}', 'http://a:1/?b#c'],
    ['${NESTED}', '${A}'],
    ['$${A}', '${A}'],
    ['$$${A}', '$${A}'],
    ['$A $ $$ {A}', '$A $ $$ {A}'],
    ['$.a', '$.a'],
  ])('%s is %j', (text, expected) => {
    expect(expand(text, VARIABLES)).toEqual({ text: expected, faults: [] });
  });

  it.each(['${', '${}', '${9}', '${A', '${A-b}', '${A:=b}', '${ A }', '${A.b}'])('%s is none', (text) => {
    const { faults } = expand(`x${text}`, VARIABLES);
    expect(faults).toEqual([{ offset: 1, message: expect.stringContaining('not a reference to the environment') }]);
  });

  it.each(['constructor', '__proto__', 'toString'])('%s is set only where the environment sets it', (name) => {
    expect(expand(`\${${name}}`, {}).faults).toHaveLength(1);
  });
});

describe('in a file', () => {
  it('values are typed by the option that they are given to', () => {
    const env = { EDGES: '3', ON: 'false', SHARE: '25%', TOKEN: '0123456789012345', HOST: 'a.example' };
    const resolved = config(
      'edges: ${EDGES}\nmirror: {enabled: "${ON}", sample: "${SHARE}"}\nadmin: {token: "${TOKEN}"}\nshadow: http://${HOST}:${PORT:-81}',
      { env },
    );
    expect(resolved).toMatchObject({
      edges: 3,
      mirror: { enabled: false, sample: 0.25 },
      admin: { token: '0123456789012345' },
      shadow: { host: 'a.example', port: 81 },
    });
  });

  it('a variable never adds structure, comments or other options', () => {
    const env = { LEVEL: 'info\nedges: 7', SALT: 'saltsalt # no', NAME: 'a: {b: c}', LIST: '[a, b]' };
    expect(problems('log: {level: "${LEVEL}"}', { env })).toEqual([
      'a.yaml:1:14: log.level: not one of the choices; found "info\\nedges: 7", from "${LEVEL}"; allowed: fatal, error, warn, info, debug, silent',
    ]);
    expect(
      config('mirror: {headers: {set: {a: "${SALT}", b: "${NAME}", c: "${LIST}"}}}', { env }).mirror.headers.set,
    ).toEqual({
      a: 'saltsalt # no',
      b: 'a: {b: c}',
      c: '[a, b]',
    });
  });

  it('references in keys and comments are left alone', () => {
    expect(problems('# ${GONE}\nlog: {level: info} # ${GONE}\n${GONE}: 1')).toEqual([
      expect.stringMatching(/^a\.yaml:3:1: unknown key; found "\$\{GONE\}"/),
    ]);
  });

  it.each([
    ['listen: ${HOST}:80', 'a.yaml:1:9: '],
    ['listen: 127.0.0.1:${HOST}', 'a.yaml:1:19: '],
    ['listen: "127.0.0.1:${HOST}"', 'a.yaml:1:20: '],
    ['listen: >-\n  127.0.0.1:\n  ${HOST}', 'a.yaml:3:3: '],
  ])('an unset variable is a problem where it is used: %j', (text, place) => {
    expect(problems(text)).toEqual([
      `${place}the environment variable HOST is not set; found "\${HOST}"; allowed: a variable that is set, or a default as in \${HOST:-default}`,
    ]);
  });

  it('every unset variable is a problem of its own', () => {
    expect(problems('listen: ${A}\nstore: ${B}/${C}')).toHaveLength(3);
  });
});
