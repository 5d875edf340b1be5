/** X.509 certificates of a CA that is good for one host, and of servers that it vouches for. */
import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  sign,
  X509Certificate,
  type KeyObject,
} from 'node:crypto'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  NameConstraints,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509'
import { systemRandom, type Random } from '../../runtime/world.ts'
import { tlsRules, wechatHost } from '../rules/tls.ts'

export interface Authority {
  key: KeyObject
  certificate: X509Certificate
}

export interface ServerCertificate {
  /** PEM. */
  key: string
  /** PEM. */
  certificate: string
  endsAtMs: number
}

/** ecdsa-with-SHA256. RFC 5758, section 3.2. */
const ecdsaWithSha256 = new AlgorithmIdentifier({ algorithm: '1.2.840.10045.4.3.2' })
/** id-at-commonName. RFC 5280, appendix A.1. */
const commonName = '2.5.4.3'

/** P-256: every TLS library of today takes it. */
export const createKey = (): KeyObject =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

/**
 * Certifies a key as a CA for `api.weixin.qq.com`, for a year.
 *
 * Its name constraints, which a client must heed, permit this host (and names below it) and exclude
 * all IP addresses. So it vouches for no other server, even if its key is stolen.
 */
export function certifyAuthority(
  key: KeyObject,
  nowMs: number,
  random: Random = systemRandom,
): X509Certificate {
  const endsAtMs = nowMs + tlsRules.authorityLastsMs
  const keyId = keyIdOf(key)
  // With a name of its own, so that a client tells the CAs of two folders apart.
  const name = nameOf(`wx-reach sandbox CA ${keyId.toString('hex', 0, 4)}`)
  const constraints = new NameConstraints({
    permittedSubtrees: subtrees({ dNSName: wechatHost }),
    excludedSubtrees: subtrees({ iPAddress: '0.0.0.0/0' }, { iPAddress: '::/0' }),
  })
  return signed({ key, issuer: name, subject: name, subjectKey: key, nowMs, endsAtMs, random }, [
    critical(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 })),
    critical(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign)),
    critical(id_ce_nameConstraints, constraints),
    extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth])),
    extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyId)),
  ])
}

/** Certifies a new key as that of `host`. Ends after 90 days, and not after the CA. */
export function issueCertificate(
  authority: Authority,
  host: string,
  nowMs: number,
  random: Random = systemRandom,
): ServerCertificate {
  const { key, certificate } = authority
  const subjectKey = createKey()
  const endsAtMs = Math.min(nowMs + tlsRules.certificateLastsMs, endOf(certificate))
  const issuer = AsnConvert.parse(certificate.raw, Certificate).tbsCertificate.subject
  const subject = nameOf(host)
  const alternatives = new SubjectAlternativeName([new GeneralName({ dNSName: host })])
  const authorityKey = new AuthorityKeyIdentifier({
    keyIdentifier: new KeyIdentifier(keyIdOf(key)),
  })
  const issued = signed({ key, issuer, subject, subjectKey, nowMs, endsAtMs, random }, [
    critical(id_ce_basicConstraints, new BasicConstraints({ cA: false })),
    critical(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature)),
    extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth])),
    extension(id_ce_subjectAltName, alternatives),
    extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyIdOf(subjectKey))),
    extension(id_ce_authorityKeyIdentifier, authorityKey),
  ])
  return { key: pemOf(subjectKey), certificate: issued.toString(), endsAtMs }
}

export const pemOf = (key: KeyObject): string =>
  key.export({ type: 'pkcs8', format: 'pem' }).toString()

export const endOf = ({ validTo }: X509Certificate): number => Date.parse(validTo)

interface Statement {
  /** Of the issuer. */
  key: KeyObject
  issuer: Name
  subject: Name
  subjectKey: KeyObject
  nowMs: number
  endsAtMs: number
  random: Random
}

function signed(statement: Statement, extensions: Extension[]): X509Certificate {
  const { key, issuer, subject, subjectKey, nowMs, endsAtMs, random } = statement
  const serial = random(16)
  // A positive integer without a leading zero, as DER requires.
  serial[0] = (serial[0]! & 0x7f) | 0x40
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: bytesOf(serial),
    signature: ecdsaWithSha256,
    issuer,
    validity: new Validity({
      notBefore: new Date(nowMs - tlsRules.validSinceMs),
      notAfter: new Date(endsAtMs),
    }),
    subject,
    subjectPublicKeyInfo: AsnConvert.parse(publicDer(subjectKey), SubjectPublicKeyInfo),
    extensions: new Extensions(extensions),
  })
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(tbsCertificate)), key)
  const certificate = new Certificate({
    tbsCertificate,
    signatureAlgorithm: ecdsaWithSha256,
    signatureValue: bytesOf(signature),
  })
  return new X509Certificate(Buffer.from(AsnConvert.serialize(certificate)))
}

const extension = (extnID: string, value: object, isCritical = false) =>
  new Extension({
    extnID,
    critical: isCritical,
    extnValue: new OctetString(AsnConvert.serialize(value)),
  })

const critical = (extnID: string, value: object) => extension(extnID, value, true)

const subtrees = (...names: Partial<GeneralName>[]) =>
  new GeneralSubtrees(names.map((name) => new GeneralSubtree({ base: new GeneralName(name) })))

const nameOf = (utf8String: string) =>
  new Name([
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({ type: commonName, value: new AttributeValue({ utf8String }) }),
    ]),
  ])

const publicDer = (key: KeyObject) => createPublicKey(key).export({ type: 'spki', format: 'der' })

/** RFC 7093, section 2, method 4: a hash of the public key. */
const keyIdOf = (key: KeyObject) =>
  createHash('sha256').update(publicDer(key)).digest().subarray(0, 20)

/** A buffer of its own: Node's small ones lie in one that they share. */
const bytesOf = (bytes: Buffer): ArrayBuffer => new Uint8Array(bytes).buffer
