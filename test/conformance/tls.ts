/** TLS for the back rooms of apps: a certificate for localhost, for a hundred years, of no worth anywhere else. */
import { getCACertificates, setDefaultCACertificates } from 'node:tls'

export const localhostCertificate = `-----BEGIN CERTIFICATE-----
MIIBljCCATugAwIBAgIUJzBn7lSUWvIupjqNufS3V21El98wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzE0NTAyN1oYDzIxMjYxMDMw
MTQ1MDI3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATnANH2dII+EVqM2Lw1ckmFveQ+yMVqcAAoVFq3Vcov83cSakjZThiB
nJLREpYFRmewhVoCqwLe2M4AIovHvur0o2kwZzAdBgNVHQ4EFgQUD8VBHM/hGvCd
2UFyRTuuTbZRjWUwHwYDVR0jBBgwFoAUD8VBHM/hGvCd2UFyRTuuTbZRjWUwDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
SQAwRgIhAOyUaGgVYtYak4sFQMQSVIydOSoVFPyiOAZnYeEjW8UTAiEA91/F0fFU
xSixen8wzNuwEgs/qxOvIZ+M8Uqg+PVRjrY=
-----END CERTIFICATE-----`

export const localhostKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgpV1vchnVieuzOgYo
aGxyUsLyhGahod6sCAYmeNJUXQOhRANCAATnANH2dII+EVqM2Lw1ckmFveQ+yMVq
cAAoVFq3Vcov83cSakjZThiBnJLREpYFRmewhVoCqwLe2M4AIovHvur0
-----END PRIVATE KEY-----`

/** Believes the certificate in this process, as a machine would whose owner had installed it. @returns how to stop */
export function trustLocalhost(): () => void {
  const before = getCACertificates('default')
  setDefaultCACertificates([...before, localhostCertificate])
  return () => {
    setDefaultCACertificates(before)
  }
}
