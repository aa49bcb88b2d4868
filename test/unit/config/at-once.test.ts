import { describe, expect, it } from 'vitest';
import { load, places, problems } from './support.ts';

describe('one run tells what is wrong', () => {
  it('with options together, beside what is wrong with each', () => {
    expect(
      places(`
mirror: {sample: 150%, timeout: 5}
rollout: {weight: 5%, hold: 5m, steps: [abc, 25%, 5%, 100%], sticky: [{cookei: uid}]}
shutdown: {grace: 5s, deadline: 1s}
routes: [{name: a, mirror: {maxBody: 200MiB}}, {name: a}]
experiments:
  - name: one
    arms: [{name: x, share: 70%}, {name: y, share: 70%}, {name: z, share: most}, {name: x, share: 1%, heder: {}}]
  - name: two
    arms: [{name: x, share: 50%}, {name: y, share: 50%}]
    detect: much
    goals: [{name: g, kind: mode, event: e}, {name: h, kind: conversion, route: nowhere}]
`),
    ).toEqual([
      'a.yaml:2:18 mirror.sample',
      'a.yaml:2:33 mirror.timeout',
      'a.yaml:3:29 rollout.hold',
      'a.yaml:3:40 rollout.steps',
      'a.yaml:3:41 rollout.steps[0]',
      'a.yaml:3:72 unknown key in rollout.sticky[0]',
      'a.yaml:4:33 shutdown.deadline',
      'a.yaml:5:38 routes[0].mirror.maxBody',
      'a.yaml:5:55 routes[1].name',
      'a.yaml:8:11 experiments[0].arms',
      'a.yaml:8:11 experiments[0].arms',
      'a.yaml:8:75 experiments[0].arms[2].share',
      'a.yaml:8:103 unknown key in experiments[0].arms[3]',
      'a.yaml:11:13 experiments[1].detect',
      'a.yaml:12:29 experiments[1].goals[0].kind',
      'a.yaml:12:81 experiments[1].goals[1].route',
    ]);
  });

  it('with the indices that the file has, when an earlier item is rejected', () => {
    expect(places('routes: [5, {name: a}, {name: a}]')).toEqual([
      'a.yaml:1:10 routes[0]',
      'a.yaml:1:31 routes[2].name',
    ]);
    expect(problems('routes: [5, {name: a}, {name: a}]')[1]).toContain('routes[1] has the same name');
  });

  it('once for a misspelled key, though what it was meant to be is missing', () => {
    expect(problems('mirror: {sampleBy: {cookei: uid}}')).toEqual([expect.stringContaining('did you mean "cookie"?')]);
    expect(problems('compare: {rules: [{path: $.a, ignroe: true}]}')).toHaveLength(1);
    expect(problems('mirror: {sampleBy: {cookie: a, header: b, c: d}}')).toHaveLength(2);
  });
});

describe('what needs a rejected option is not claimed', () => {
  it.each([
    ['primary: http://a:1\ncontrol: http://b:1\nshadow: nowhere'],
    ['rollout: {}\nshadow: {url: none, version: "\\u0001"}'],
    [
      'experiments: [{name: e, arms: [{name: "!", share: 1%}, {name: "?", share: 1%}], cohorts: [{name: c, arm: "!", when: {header: {a: b}}}]}]',
    ],
    [
      'routes: [{name: "!"}]\nexperiments: [{name: e, arms: [{name: a, share: 1%}, {name: b, share: 1%}], goals: [{name: g, kind: conversion, route: orders}]}]',
    ],
  ])('%s', (text) => {
    for (const problem of problems(text)) expect(problem).not.toMatch(/object Object|twice|no shadow|no arm|no route/);
  });

  it.each([
    [
      'routes: [{name: "!"}]\nexperiments: [{name: e, arms: [{name: a, share: 1%}, {name: b, share: 1%}], goals: [{name: g, kind: conversion, route: orders}]}]',
      true,
    ],
    ['routes: [{match: {path: /}}]', true],
    ['mirror: {timeout: 5}', undefined],
  ])('and whether checks are left is said: %s', (text, unfinished) => {
    const result = load(text);
    expect(result.ok ? 'good' : result.unfinished).toBe(unfinished);
  });
});

describe('of a choice or a number, a number out of bounds is told of as one', () => {
  it.each([
    ['rollout: {weight: 150%}', 'rollout.weight: more than 100%'],
    ['rollout: {weight: 0.005%}', 'rollout.weight: between two hundredths of a percent'],
    ['rollout: {weight: stps}', 'rollout.weight: not one of the choices'],
    ['mirror: {buffer: 1KiB}', 'mirror.buffer: less than 1MiB'],
    ['mirror: {pauseWhen: {primaryP99: 2d}}', 'mirror.pauseWhen.primaryP99: more than 1d'],
  ])('%s', (text, expected) => {
    expect(problems(text)).toEqual([expect.stringContaining(expected)]);
  });
});

it('a text in place of a mapping is met with an example', () => {
  expect(problems('rollout: {trip: {health: /healthz}}')).toEqual([
    expect.stringContaining('such as {path: /healthz, interval: 2s, failures: 3}'),
  ]);
});
