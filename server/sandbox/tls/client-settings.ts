/** What a user sets so that the programs of a language reach the sandbox by https. */
import { dirname, join } from 'node:path'
import { iso } from '../../runtime/world.ts'
import { wechatHost } from '../rules/tls.ts'
import type { ListeningTls } from './listen-tls.ts'

/** `docs/sandbox.md` says for each language which clients heed these settings. */
export function clientSettings({ proxyUrl, caFile, caEndsAtMs }: ListeningTls): string[] {
  const { hostname, port } = new URL(proxyUrl)
  const host = hostname.replaceAll(/[[\]]/g, '')
  const ca = quoted(caFile)
  const keystore = quoted(join(dirname(caFile), 'ca.p12'))
  return [
    '',
    `It serves https as ${wechatHost} too. For an SDK whose address is fixed, set in its terminal`,
    `  export HTTPS_PROXY=${proxyUrl}`,
    'and what its language needs to trust the CA of this folder:',
    `  Node    export NODE_EXTRA_CA_CERTS=${ca} NODE_USE_ENV_PROXY=1`,
    `  Python  export SSL_CERT_FILE=${ca} REQUESTS_CA_BUNDLE=${ca}`,
    `  Go      export SSL_CERT_FILE=${ca}`,
    // It heeds SSL_CERT_FILE too, unless this one or SSL_CERT_DIR is set.
    `  curl    export CURL_CA_BUNDLE=${ca}`,
    `  PHP     php -d curl.cainfo=${ca} -d openssl.cafile=${ca} …`,
    `  Java    keytool -importcert -noprompt -alias wx-reach-sandbox -file ${ca} \\`,
    `            -keystore ${keystore} -storetype PKCS12 -storepass changeit`,
    `          java -Dhttps.proxyHost=${host} -Dhttps.proxyPort=${port} \\`,
    `            -Djavax.net.ssl.trustStore=${keystore} \\`,
    '            -Djavax.net.ssl.trustStorePassword=changeit …',
    `The CA vouches for ${wechatHost} alone, until ${iso(caEndsAtMs).slice(0, 10)}.`,
  ]
}

/** For a POSIX shell. */
const quoted = (path: string) =>
  /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
