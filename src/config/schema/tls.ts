import * as z from 'zod';
import { together } from './shape.ts';
import { flag, secretFile, text } from './values.ts';

const PEM = {
  noun: 'a file name',
  form: /^[^\0]+$/,
  allowed: 'the name of a PEM file, relative to the working directory',
};
const file = () => text(PEM);

const cert = file().meta({
  description: 'The certificate, followed by its intermediate certificates; a PEM file.',
  example: '/etc/understudy/tls.crt',
});

const key = secretFile(PEM).meta({
  description: 'The private key of the certificate; a PEM file without passphrase.',
  hazard: 'Whoever can read it can pretend to be this host.',
  example: '/etc/understudy/tls.key',
});

/** A certificate is useless without its key, and a key without its certificate. */
const inPairs = together<object>((names) => {
  const found = ['cert', 'key'].filter((name) => names.includes(name));
  return found.length === 1 ? [{ wrong: `${found[0]} alone`, allowed: 'cert and key, or neither' }] : [];
});

const serverName = text({
  noun: 'a host name',
  form: /^(?!.*(?:^|\.)\d+$)[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/,
  allowed: 'a host name without port, such as orders.internal',
});

/** TLS towards a target. */
export const targetTls = z
  .strictObject({
    ca: file().optional().meta({
      description: "The authorities that may have signed the target's certificate; a PEM file.",
      absent: 'those that Node trusts',
      hazard: 'They are trusted in place of the public ones, not in addition to them.',
      example: '/etc/understudy/ca.crt',
    }),
    cert: cert.optional().meta({
      description: 'The client certificate for this target, sent if the target asks for one; a PEM file.',
      absent: 'none is sent',
    }),
    key: key.optional(),
    serverName: serverName.optional().meta({
      description: "The name that is sent as SNI, and that the target's certificate must be valid for.",
      absent: 'the host of the URL',
      example: 'orders.internal',
    }),
    insecure: flag().prefault('false').meta({
      description: "Whether the target's certificate goes unchecked.",
      hazard: 'Anyone on the way can pretend to be the target, and can read and change what is sent.',
    }),
  })
  .check(inPairs)
  .optional()
  .meta({
    description: 'Certificates and names for an https URL.',
    absent: "the target's certificate is checked against the authorities that Node trusts",
  });

const identity = z.strictObject({ cert, key });

/** TLS towards clients. */
export const listenTls = z
  .strictObject({
    ...identity.shape,
    others: z
      .array(identity)
      .prefault([])
      .meta({
        description:
          'Further certificates. A client gets the first that is valid for the name in its SNI, otherwise the one above.',
        example: [{ cert: '/etc/understudy/b.crt', key: '/etc/understudy/b.key' }],
      }),
    clientCa: file().optional().meta({
      description: 'The authorities that must have signed the certificate of every client; a PEM file.',
      absent: 'clients are not asked for a certificate',
      hazard: 'Clients without such a certificate are refused, also health checks of a load balancer.',
      example: '/etc/understudy/clients.crt',
    }),
  })
  .optional()
  .meta({
    description:
      'Clients speak HTTP/1.1 over TLS 1.2 or later, with these certificates. They are read again on every reload.',
    absent: 'clients speak HTTP without TLS',
  });
