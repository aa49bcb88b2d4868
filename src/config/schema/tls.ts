import * as z from 'zod';
import { together } from './shape.ts';
import { flag, secretFile, text } from './values.ts';

const PEM = {
  noun: 'a file name',
  form: /^[^\0]+$/,
  allowed: 'the name of a PEM file, from the working directory',
};
const file = () => text(PEM);

const cert = file().meta({
  description: 'The certificate, followed by those between it and the root; a PEM file.',
  example: '/etc/understudy/tls.crt',
});

const key = secretFile(PEM).meta({
  description: 'The private key of the certificate; a PEM file without passphrase.',
  hazard: 'Whoever can read it can pretend to be this host.',
  example: '/etc/understudy/tls.key',
});

/** A certificate says nothing without its key, nor the key without it. */
const inPairs = together<object>((names) => {
  const found = ['cert', 'key'].filter((name) => names.includes(name));
  return found.length === 1 ? [{ wrong: `${found[0]} alone`, allowed: 'cert and key, or neither' }] : [];
});

const serverName = text({
  noun: 'a host name',
  form: /^(?!.*(?:^|\.)\d+$)[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/,
  allowed: 'a host name without port, such as orders.internal',
});

/** How a target is spoken to over TLS. */
export const targetTls = z
  .strictObject({
    ca: file().optional().meta({
      description: "The authorities that may have signed the target's certificate; a PEM file.",
      absent: 'those that Node trusts',
      hazard: 'They are trusted in place of the public ones, not beside them.',
      example: '/etc/understudy/ca.crt',
    }),
    cert: cert.optional().meta({
      description: 'The certificate that the target gets to see, where it asks for one; a PEM file.',
      absent: 'none is shown',
    }),
    key: key.optional(),
    serverName: serverName.optional().meta({
      description: "The name that is asked for (SNI), and that the target's certificate must be for.",
      absent: 'the host of the URL',
      example: 'orders.internal',
    }),
    insecure: flag().prefault('false').meta({
      description: "Whether the target's certificate goes unchecked.",
      hazard: 'Anyone on the way can pretend to be the target, and reads and changes what clients and it say.',
    }),
  })
  .check(inPairs)
  .optional()
  .meta({
    description: 'What an https URL needs to be trusted, and to trust.',
    absent: "the target's certificate is checked against the authorities that Node trusts",
  });

const identity = z.strictObject({ cert, key });

/** How clients are spoken to over TLS. */
export const listenTls = z
  .strictObject({
    ...identity.shape,
    others: z
      .array(identity)
      .prefault([])
      .meta({
        description:
          'Further certificates. A client gets the first that is for the name that it asks for (SNI), else the one above.',
        example: [{ cert: '/etc/understudy/b.crt', key: '/etc/understudy/b.key' }],
      }),
    clientCa: file().optional().meta({
      description: 'The authorities that must have signed the certificate of every client; a PEM file.',
      absent: 'clients are not asked for a certificate',
      hazard: 'Clients without such a certificate, health checks of a balancer among them, do not get in.',
      example: '/etc/understudy/clients.crt',
    }),
  })
  .optional()
  .meta({
    description:
      'Clients speak HTTP/1.1 over TLS 1.2 or later, with these certificates. They are read again on every reload.',
    absent: 'clients speak HTTP without TLS',
  });
