import { describe, expect, it } from 'vitest';
import { config, places, problems } from './support.ts';

describe('a Unix socket', () => {
  it('can be listened on, and be a target', () => {
    const loaded = config('listen: unix:/run/a.sock\nprimary: unix:/run/b.sock\nedges: auto');
    expect(loaded.listen).toEqual({ host: 'localhost', port: 0, socketPath: '/run/a.sock' });
    expect(loaded.primary).toMatchObject({ protocol: 'http', socketPath: '/run/b.sock', host: 'localhost', port: 80 });
    expect(loaded.edges).toBe(1);
  });

  it.each(['unix:', 'unix:relative', 'unix:/', `unix:/${'x'.repeat(107)}`])('is none: %s', (text) => {
    expect(places(`listen: '${text}'`)).toEqual(['a.yaml:1:9 listen.address']);
    expect(places(`primary: '${text}'`)).toEqual(['a.yaml:1:10 primary.url']);
  });

  it('has one listener, and is no place for the admin API', () => {
    expect(places('listen: unix:/a\nedges: 2')).toEqual(['a.yaml:2:8 edges']);
    expect(places('admin: unix:/a')).toEqual(['a.yaml:1:8 admin.address']);
  });

  it('is told apart from others by its path', () => {
    expect(places('listen: unix:/a\nprimary: unix:/a')).toEqual(['a.yaml:2:10 primary.url']);
    expect(places('shadow: unix:/a\ncontrol: unix:/a')).toEqual(['a.yaml:2:10 control.url']);
    expect(places('listen: unix:/a\nprimary: unix:/b\nshadow: unix:/c\ncontrol: unix:/d')).toEqual([]);
  });
});

describe('the PROXY protocol', () => {
  it('needs someone who is trusted to speak it', () => {
    expect(problems('client: {proxyProtocol: true}')).toEqual([
      'a.yaml:1:25: client.proxyProtocol: no client is trusted to send the header; found "true"; allowed: true together with client.trustedProxies',
    ]);
    expect(config("client: {proxyProtocol: true, trustedProxies: [10.0.0.0/8, 'unix:']}").client).toMatchObject({
      proxyProtocol: true,
      trustedProxies: ['10.0.0.0/8', 'unix:'],
    });
  });
});
