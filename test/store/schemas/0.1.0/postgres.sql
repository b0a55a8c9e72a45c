CREATE TABLE public.admin_invitations (
    id text NOT NULL,
    "tokenDigest" text NOT NULL,
    role text NOT NULL,
    "createdAt" bigint NOT NULL,
    "expiresAt" bigint NOT NULL
);
CREATE TABLE public.administrators (
    "subjectId" text NOT NULL,
    role text NOT NULL,
    "createdAt" bigint NOT NULL,
    "lastActedAt" bigint
);
CREATE TABLE public.attempt_tallies (
    "identifierDigest" text NOT NULL,
    factor text NOT NULL,
    "consecutiveFailures" integer NOT NULL,
    "lastFailureAt" bigint
);
CREATE TABLE public.attempts (
    id text NOT NULL,
    "identifierDigest" text NOT NULL,
    "subjectId" text,
    factor text NOT NULL,
    outcome text NOT NULL,
    score double precision,
    "clientId" text NOT NULL,
    address text NOT NULL,
    at bigint NOT NULL,
    "padScore" double precision,
    signals text,
    "browserDigest" text,
    network text
);
CREATE TABLE public.audit_events (
    id text NOT NULL,
    type text NOT NULL,
    "subjectId" text,
    "clientId" text,
    address text,
    detail text NOT NULL,
    at bigint NOT NULL,
    seq bigint,
    acr text,
    outcome text,
    reason text,
    salt text,
    "personalDigest" text,
    hash text
);
CREATE TABLE public.audit_marks (
    name text NOT NULL,
    seq bigint NOT NULL,
    hash text NOT NULL,
    mac text NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.browser_notices (
    "tokenDigest" text NOT NULL,
    "subjectId" text NOT NULL,
    "knownBrowserId" text NOT NULL,
    family text NOT NULL,
    "signedInAt" bigint NOT NULL,
    "expiresAt" bigint NOT NULL,
    answer text,
    "answeredAt" bigint
);
CREATE TABLE public.browser_sessions (
    id text NOT NULL,
    uid text NOT NULL,
    "subjectId" text NOT NULL,
    "knownBrowserId" text,
    family text NOT NULL,
    acr text,
    "loginAt" bigint NOT NULL,
    "createdAt" bigint NOT NULL,
    "lastSeenAt" bigint NOT NULL
);
CREATE TABLE public.consents (
    id text NOT NULL,
    "subjectId" text NOT NULL,
    version text NOT NULL,
    "textDigest" text NOT NULL,
    "givenAt" bigint NOT NULL,
    "withdrawnAt" bigint
);
CREATE TABLE public.device_keys (
    id text NOT NULL,
    "subjectId" text NOT NULL,
    "publicKey" text NOT NULL,
    thumbprint text NOT NULL,
    name text NOT NULL,
    "createdAt" bigint NOT NULL,
    "lastUsedAt" bigint,
    "revokedAt" bigint
);
CREATE TABLE public.email_changes (
    "subjectId" text NOT NULL,
    email text NOT NULL,
    "askedAt" bigint NOT NULL,
    "oldConfirmedAt" bigint,
    "newConfirmedAt" bigint
);
CREATE TABLE public.event_outbox (
    id text NOT NULL,
    seq bigint NOT NULL,
    body text NOT NULL,
    tries integer NOT NULL,
    "nextAt" bigint NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.job_leases (
    name text NOT NULL,
    holder text NOT NULL,
    "endsAt" bigint NOT NULL
);
CREATE TABLE public.known_browsers (
    id text NOT NULL,
    "subjectId" text NOT NULL,
    "browserDigest" text NOT NULL,
    family text NOT NULL,
    "firstSeenAt" bigint NOT NULL,
    "lastSeenAt" bigint NOT NULL
);
CREATE TABLE public.logout_deliveries (
    id text NOT NULL,
    "clientId" text NOT NULL,
    "subjectId" text,
    sid text,
    "createdAt" bigint NOT NULL,
    tries integer NOT NULL,
    "nextAt" bigint,
    outcome text NOT NULL,
    fault text
);
CREATE TABLE public.mail_letters (
    id text NOT NULL,
    kind text NOT NULL,
    "sealedLetter" text,
    tries integer NOT NULL,
    "createdAt" bigint NOT NULL,
    "nextAt" bigint,
    outcome text NOT NULL,
    fault text
);
CREATE TABLE public.mail_proofs (
    id text NOT NULL,
    purpose text NOT NULL,
    binding text NOT NULL,
    "subjectId" text,
    "emailDigest" text NOT NULL,
    "codeDigest" text NOT NULL,
    "tokenDigest" text NOT NULL,
    "triesLeft" integer NOT NULL,
    "codeEndsAt" bigint NOT NULL,
    "tokenEndsAt" bigint NOT NULL
);
CREATE TABLE public.managed_entries (
    kind text NOT NULL,
    id text NOT NULL,
    entry text NOT NULL,
    version integer NOT NULL,
    "createdAt" bigint NOT NULL,
    "createdBy" text NOT NULL,
    "changedAt" bigint NOT NULL,
    "changedBy" text NOT NULL
);
CREATE TABLE public.migrations (
    id integer NOT NULL,
    "timestamp" bigint NOT NULL,
    name character varying NOT NULL
);
CREATE SEQUENCE public.migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.migrations_id_seq OWNED BY public.migrations.id;
CREATE TABLE public.oidc_records (
    model text NOT NULL,
    "idDigest" text NOT NULL,
    "sealedPayload" text NOT NULL,
    "subjectId" text,
    "grantDigest" text,
    "userCodeDigest" text,
    "uidDigest" text,
    "expiresAt" bigint,
    "consumedAt" bigint,
    "clientDigest" text
);
CREATE TABLE public.passkey_handles (
    "subjectId" text NOT NULL,
    handle text NOT NULL
);
CREATE TABLE public.passkeys (
    id text NOT NULL,
    "subjectId" text NOT NULL,
    "credentialId" text NOT NULL,
    "publicKey" text NOT NULL,
    counter bigint NOT NULL,
    transports text NOT NULL,
    "backupEligible" boolean NOT NULL,
    "backedUp" boolean NOT NULL,
    aaguid text NOT NULL,
    name text NOT NULL,
    "createdAt" bigint NOT NULL,
    "lastUsedAt" bigint
);
CREATE TABLE public.private_documents (
    name text NOT NULL,
    body text NOT NULL,
    "changedAt" bigint NOT NULL
);
CREATE TABLE public.receipts (
    id text NOT NULL,
    "subjectId" text NOT NULL,
    kind text NOT NULL,
    detail text NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.recovery_codes (
    id text NOT NULL,
    "subjectId" text NOT NULL,
    digest text NOT NULL,
    "usedAt" bigint
);
CREATE TABLE public.recovery_sets (
    "subjectId" text NOT NULL,
    salt text NOT NULL,
    "madeAt" bigint NOT NULL
);
CREATE TABLE public.short_lived (
    kind text NOT NULL,
    "idDigest" text NOT NULL,
    version text NOT NULL,
    "sealedValue" text NOT NULL,
    "expiresAt" bigint NOT NULL
);
CREATE TABLE public.short_lived_pieces (
    kind text NOT NULL,
    "idDigest" text NOT NULL,
    "position" integer NOT NULL,
    "sealedPiece" text NOT NULL,
    "expiresAt" bigint NOT NULL
);
CREATE TABLE public.spent_passkey_challenges (
    digest text NOT NULL,
    "endsAt" bigint NOT NULL
);
CREATE TABLE public.subjects (
    id text NOT NULL,
    email text NOT NULL,
    "emailKey" text NOT NULL,
    "emailVerified" boolean NOT NULL,
    "passwordHash" text NOT NULL,
    "createdAt" bigint NOT NULL,
    "updatedAt" bigint NOT NULL,
    name text,
    "disabledAt" bigint,
    "emailCodesOffAt" bigint
);
CREATE TABLE public.template_keys (
    "subjectId" text NOT NULL,
    "keyId" text NOT NULL,
    "wrappedKey" text NOT NULL
);
CREATE TABLE public.templates (
    id text NOT NULL,
    "subjectId" text NOT NULL,
    "keyId" text NOT NULL,
    model text NOT NULL,
    pose text NOT NULL,
    "sealedVector" text NOT NULL,
    "enrolledAt" bigint NOT NULL,
    "lastUsedAt" bigint,
    "enrolledOn" text
);
CREATE TABLE public.totp_seeds (
    "subjectId" text NOT NULL,
    state text NOT NULL,
    id text NOT NULL,
    "sealedSeed" text NOT NULL,
    "createdAt" bigint NOT NULL,
    "confirmedAt" bigint,
    "lastStep" bigint NOT NULL,
    "lastUsedAt" bigint
);
ALTER TABLE ONLY public.migrations ALTER COLUMN id SET DEFAULT nextval('public.migrations_id_seq'::regclass);
INSERT INTO public.admin_invitations VALUES ('9750c99f-8be9-4b7f-908b-c64c33e130e8', 'obMB4KiuVdY4FN6BiK5aQ4lSLiO9kZmBgZEsPNovTQw', 'auditor', 1767268800000, 1767355200000);
INSERT INTO public.administrators VALUES ('5e781ee5-6349-4c85-99c7-957902d48504', 'owner', 1767268800000, NULL);
INSERT INTO public.attempt_tallies VALUES ('ada', 'face', 1, 1767268800000);
INSERT INTO public.attempt_tallies VALUES ('ada', 'face pace', 1, 1767268800000);
INSERT INTO public.attempt_tallies VALUES ('ada', '*', 1, 1767268800000);
INSERT INTO public.attempts VALUES ('957ab9da-b58a-447d-9104-bce669830356', 'ada', '5e781ee5-6349-4c85-99c7-957902d48504', 'face', 'no_match', NULL, 'shop', '192.0.2.1', 1767268800000, NULL, NULL, NULL, NULL);
INSERT INTO public.audit_events VALUES ('fd3f37ac-67b2-4db3-95bc-9a94cca49479', 'templates_enrolled', '5e781ee5-6349-4c85-99c7-957902d48504', NULL, NULL, '{"count":3}', 1767268800000, 1, NULL, NULL, NULL, 'oJJLx3KaLzE9yjre7oU-7w', '7MsxAlWArn9RnJU0Nn-ow5e2ZjMX2AgOUCnfM_ALKlk', '3hh5NvNVSRGjdsjk89Tbxz7rVeG38s2u23FPFkazaMs');
INSERT INTO public.audit_events VALUES ('28fdd004-438e-450f-90f6-443f9ecd1046', 'consent_given', '5e781ee5-6349-4c85-99c7-957902d48504', NULL, NULL, '{"version":"1"}', 1767268800000, 2, NULL, NULL, NULL, 'ZWLg9YhsCatgmdGDdaf0Pg', 'tz_uBC-IiR_mXC17V56rkUZ25lZiHOUc1tqXl4vLB8E', 'dmjaP12hjJAu2BYcY_b49qWjEeAPodIK9CEQloMBQnA');
INSERT INTO public.audit_events VALUES ('bb5ddc29-cce9-4430-9eb9-1a374795f0fe', 'sign_in_refused', '5e781ee5-6349-4c85-99c7-957902d48504', 'shop', '192.0.2.1', '{"factor":"face"}', 1767268800000, 3, NULL, 'refused', 'no_match', '1vHsftcqGDwKm6efb6VEgw', 'WrpbYVm_7Yi9pnyk75PTSnyhJzc33N1UCZX56V5J5x4', 'c7FCGdijR2VxreLB-dzkV-vusDfvRlRO85Z6fJEiIHo');
INSERT INTO public.audit_events VALUES ('e9e3ef47-8494-4c5f-8f99-f514d6349d88', 'device_trusted', '5e781ee5-6349-4c85-99c7-957902d48504', NULL, NULL, '{"name":"Laptop"}', 1767268800000, 4, NULL, NULL, NULL, '4Otu51VWm-1fNeVb697isg', 'bwv9FZelEk7JYbauEt1PDIJnoUj6ZKoE3bw1IrV4kmM', 'y_SfeikchyOx54-veRl5eXKX6CySJwwo646JuyiedPQ');
INSERT INTO public.audit_events VALUES ('e686440d-ae23-4678-820f-35487d9b22bf', 'administrator_joined', '5e781ee5-6349-4c85-99c7-957902d48504', NULL, NULL, '{"role":"owner"}', 1767268800000, 5, NULL, NULL, NULL, 'Nj9ruPuIZiIXWIcsVgvIMA', '9vTNt8n6xF62JK_8KkBOCZmHG6tEb_RYDf3I0s8qfoo', '2ffcRAHhXoW9xEcUv-uPW8yCOrt0ITRscBS1Q2PDKVQ');
INSERT INTO public.audit_events VALUES ('f1386d8b-e25f-4e84-81df-65e2b633840b', 'client_created', NULL, 'till', NULL, '{"by":"ada"}', 1767268800000, 6, NULL, NULL, NULL, '2XTdoJutQE8vw3eCNo0RRg', '3AC7eeE5cK3iiDCNZVED_YFa2ASdxKWU1NYTi8ptZ_o', 'Vj0xA-mHIX2m_J9NIkdDWdhONbwfSLxjifoNSO3A_Pk');
INSERT INTO public.audit_events VALUES ('eb48ea12-7251-456e-bf12-a903baa05107', 'signed_in', '5e781ee5-6349-4c85-99c7-957902d48504', 'shop', '192.0.2.1', '{"n":1}', 1767268800000, 7, 'x', NULL, NULL, '58hFathLPcBJC6fEunSeCg', '8myLEL96_AYUqlUJu40Bk22MwoK1g1s2l4SgcIrcnSU', 'vkh1NPZAjTrsxn9dPBOFa6QFw_i0gVFvFVpsjN-6IYM');
INSERT INTO public.audit_marks VALUES ('base', 0, 'genesis', 'Q7yCNPbIR4d_e_FtPQs1BriBPojOte4UO0uCWyh03Yk', 1767268800000);
INSERT INTO public.audit_marks VALUES ('head', 7, 'vkh1NPZAjTrsxn9dPBOFa6QFw_i0gVFvFVpsjN-6IYM', 'Hjeo2oQFaBgK4EIRujEvOcDu9trY7qXQNnDttX6hBtM', 1767268800000);
INSERT INTO public.browser_notices VALUES ('JVe02vkjwxkSWWQFL2dk18fcrwcqwtkdu1N4aYBnQPg', '5e781ee5-6349-4c85-99c7-957902d48504', 'f3604d90-0dfe-4ef1-af7c-ee62ff170122', 'Firefox on Linux', 1767268800000, 1767873600000, NULL, NULL);
INSERT INTO public.browser_sessions VALUES ('ba1022e2-abd4-4be7-9542-83ee5ce01495', 'uid', '5e781ee5-6349-4c85-99c7-957902d48504', NULL, 'Firefox on Linux', 'urn:mien:acr:face', 1767268800000, 1767268800000, 1767268800000);
INSERT INTO public.consents VALUES ('c0f41886-06a1-49e0-863c-fe05e11feb9c', '5e781ee5-6349-4c85-99c7-957902d48504', '1', 'digest', 1767268800000, NULL);
INSERT INTO public.device_keys VALUES ('b473c306-452e-4fba-af41-7854c8f76713', '5e781ee5-6349-4c85-99c7-957902d48504', '{"kty":"EC"}', 'thumb', 'Laptop', 1767268800000, NULL, NULL);
INSERT INTO public.email_changes VALUES ('5e781ee5-6349-4c85-99c7-957902d48504', 'ada@other.example', 1767268800000, NULL, NULL);
INSERT INTO public.event_outbox VALUES ('fd3f37ac-67b2-4db3-95bc-9a94cca49479', 1, '{"type":"templates_enrolled","timestamp":"2026-01-01T12:00:00.000Z","data":{"id":"fd3f37ac-67b2-4db3-95bc-9a94cca49479","seq":1,"subjectId":"5e781ee5-6349-4c85-99c7-957902d48504","clientId":null,"address":null,"acr":null,"outcome":null,"reason":null,"detail":{"count":3}}}', 0, 1767268800000, 1767268800000);
INSERT INTO public.event_outbox VALUES ('28fdd004-438e-450f-90f6-443f9ecd1046', 2, '{"type":"consent_given","timestamp":"2026-01-01T12:00:00.000Z","data":{"id":"28fdd004-438e-450f-90f6-443f9ecd1046","seq":2,"subjectId":"5e781ee5-6349-4c85-99c7-957902d48504","clientId":null,"address":null,"acr":null,"outcome":null,"reason":null,"detail":{"version":"1"}}}', 0, 1767268800000, 1767268800000);
INSERT INTO public.event_outbox VALUES ('bb5ddc29-cce9-4430-9eb9-1a374795f0fe', 3, '{"type":"sign_in_refused","timestamp":"2026-01-01T12:00:00.000Z","data":{"id":"bb5ddc29-cce9-4430-9eb9-1a374795f0fe","seq":3,"subjectId":"5e781ee5-6349-4c85-99c7-957902d48504","clientId":"shop","address":"192.0.2.1","acr":null,"outcome":"refused","reason":"no_match","detail":{"factor":"face"}}}', 0, 1767268800000, 1767268800000);
INSERT INTO public.event_outbox VALUES ('e9e3ef47-8494-4c5f-8f99-f514d6349d88', 4, '{"type":"device_trusted","timestamp":"2026-01-01T12:00:00.000Z","data":{"id":"e9e3ef47-8494-4c5f-8f99-f514d6349d88","seq":4,"subjectId":"5e781ee5-6349-4c85-99c7-957902d48504","clientId":null,"address":null,"acr":null,"outcome":null,"reason":null,"detail":{"name":"Laptop"}}}', 0, 1767268800000, 1767268800000);
INSERT INTO public.event_outbox VALUES ('e686440d-ae23-4678-820f-35487d9b22bf', 5, '{"type":"administrator_joined","timestamp":"2026-01-01T12:00:00.000Z","data":{"id":"e686440d-ae23-4678-820f-35487d9b22bf","seq":5,"subjectId":"5e781ee5-6349-4c85-99c7-957902d48504","clientId":null,"address":null,"acr":null,"outcome":null,"reason":null,"detail":{"role":"owner"}}}', 0, 1767268800000, 1767268800000);
INSERT INTO public.event_outbox VALUES ('f1386d8b-e25f-4e84-81df-65e2b633840b', 6, '{"type":"client_created","timestamp":"2026-01-01T12:00:00.000Z","data":{"id":"f1386d8b-e25f-4e84-81df-65e2b633840b","seq":6,"subjectId":null,"clientId":"till","address":null,"acr":null,"outcome":null,"reason":null,"detail":{"by":"ada"}}}', 0, 1767268800000, 1767268800000);
INSERT INTO public.event_outbox VALUES ('eb48ea12-7251-456e-bf12-a903baa05107', 7, '{"type":"signed_in","timestamp":"2026-01-01T12:00:00.000Z","data":{"id":"eb48ea12-7251-456e-bf12-a903baa05107","seq":7,"subjectId":"5e781ee5-6349-4c85-99c7-957902d48504","clientId":"shop","address":"192.0.2.1","acr":"x","outcome":null,"reason":null,"detail":{"n":1}}}', 0, 1767268800000, 1767268800000);
INSERT INTO public.job_leases VALUES ('turn: audit chain', '', 0);
INSERT INTO public.job_leases VALUES ('purge', '04361757-dfdd-4b24-9cdc-ea9c89d8946e', 0);
INSERT INTO public.known_browsers VALUES ('f3604d90-0dfe-4ef1-af7c-ee62ff170122', '5e781ee5-6349-4c85-99c7-957902d48504', 'digest', 'Firefox on Linux', 1767268800000, 1767268800000);
INSERT INTO public.logout_deliveries VALUES ('7f7ed7f5-741b-4db1-8103-2f140a4be763', 'shop', '5e781ee5-6349-4c85-99c7-957902d48504', 'sid', 1767268800000, 0, 1767268800000, 'pending', NULL);
INSERT INTO public.mail_letters VALUES ('0mjve7pc0eadc41b1462b1ca1b2', 'notice', 'XgRoQEpY210rwlzOGRXzOQzOHY1vb5Hc66scIkfKMF4s6cajgO6iOVniwO-rRyOUde8F9yrMZ0tHQW5mkilvd97WpLfKHA', 0, 1767268800000, 1767268800000, 'waiting', NULL);
INSERT INTO public.mail_proofs VALUES ('d81f5409-abb7-4ac8-b445-5d87899ee382', 'recovery', '5e781ee5-6349-4c85-99c7-957902d48504', '5e781ee5-6349-4c85-99c7-957902d48504', 'digest', '5zN2CzSD7QsBzWolkW7mWai8u6Ld1bxCRC90zUlm45c', 'Zf8SepEu68aQvUKIBZnEfM4cDDyCRC73sbHEXm2K9Hc', 5, 1767269400000, 1767272400000);
INSERT INTO public.managed_entries VALUES ('client', 'till', '{"client_id":"till","name":"Till","type":"public","redirect_uris":["https://till.example/"]}', 1, 1767268800000, 'ada', 1767268800000, 'ada');
INSERT INTO public.migrations VALUES (1, 1795392000000, 'InitialTables1795392000000');
INSERT INTO public.migrations VALUES (2, 1795435200000, 'DeviceKeys1795435200000');
INSERT INTO public.migrations VALUES (3, 1795478400000, 'AttemptEvidence1795478400000');
INSERT INTO public.migrations VALUES (4, 1795490000000, 'SharedTallies1795490000000');
INSERT INTO public.migrations VALUES (5, 1795500000000, 'Mail1795500000000');
INSERT INTO public.migrations VALUES (6, 1795510000000, 'Passkeys1795510000000');
INSERT INTO public.migrations VALUES (7, 1795520000000, 'Otp1795520000000');
INSERT INTO public.migrations VALUES (8, 1795530000000, 'Control1795530000000');
INSERT INTO public.migrations VALUES (9, 1795540000000, 'LogoutDeliveries1795540000000');
INSERT INTO public.migrations VALUES (10, 1795550000000, 'EnrolledOn1795550000000');
INSERT INTO public.migrations VALUES (11, 1795560000000, 'EmailCodes1795560000000');
INSERT INTO public.migrations VALUES (12, 1795570000000, 'Scale1795570000000');
INSERT INTO public.migrations VALUES (13, 1795580000000, 'ShortLived1795580000000');
INSERT INTO public.migrations VALUES (14, 1795580001000, 'MailLetters1795580001000');
INSERT INTO public.migrations VALUES (15, 1795590000000, 'Administrators1795590000000');
INSERT INTO public.migrations VALUES (16, 1795595000000, 'ManagedClients1795595000000');
INSERT INTO public.migrations VALUES (17, 1795600000000, 'PurgeIndexes1795600000000');
INSERT INTO public.oidc_records VALUES ('RefreshToken', 'rSF0RMrxUuObnefYMrjXBYWzxLaMPTBowoEiUGIZi44', 'UEHr-ks55QwlV5yPQpcIz8LUXz0lm1x0sykS4WLYla3llMsu5Intp-rIRMYs7o6tMhYxqH1tSHFIheSzeP4ItlmygI5O_T7OPkXalGSo-TQGR5dznJDyHNZ_jaf-4eRmTLE', '5e781ee5-6349-4c85-99c7-957902d48504', 'gmOO3Z-zI-OihX2tg04TfVrhDv0EyNHPuRYpjYah7xc', NULL, NULL, 1767355200000, NULL, NULL);
INSERT INTO public.passkey_handles VALUES ('5e781ee5-6349-4c85-99c7-957902d48504', 'GwMb0DRPrzyHIrR-vsAyEAP7VB8HC5Pka5gZRa5VJMw');
INSERT INTO public.passkeys VALUES ('90545c1d-5a4f-407f-bc0c-c57467d35687', '5e781ee5-6349-4c85-99c7-957902d48504', 'credential', 'pQECAyYgASFYIA', 4000000000, 'internal hybrid', true, false, '00000000-0000-0000-0000-000000000000', 'Phone', 1767268800000, NULL);
INSERT INTO public.receipts VALUES ('399ea3c5-fe46-4375-af7b-8dd166c9b688', '5e781ee5-6349-4c85-99c7-957902d48504', 'consent_given', '{"version":"1","textDigest":"digest"}', 1767268800000);
INSERT INTO public.recovery_codes VALUES ('5be3f715-bc0a-4506-b858-417fb570a89f', '5e781ee5-6349-4c85-99c7-957902d48504', 'dQKjql76s05o87_48R3RNRiSGb05r-rpfpsluQkBTiU', NULL);
INSERT INTO public.recovery_codes VALUES ('4edf5db2-89c9-4335-8ae0-0f4c0870137a', '5e781ee5-6349-4c85-99c7-957902d48504', 'SaWBLyvnub7Nbr-IjPupxR06T-_gkkcBKghj_8c65f0', NULL);
INSERT INTO public.recovery_sets VALUES ('5e781ee5-6349-4c85-99c7-957902d48504', 'NRdtQXpLLzmaXrtwcqeoXQ', 1767268800000);
INSERT INTO public.short_lived VALUES ('kept', 'w2m0QGmg9dEepvNdI_uPD8OjxYpPCxRKqHWL3l-nA6E', '9f95751b-2bee-48e2-a5f1-da975408c74a', 'kbs1y2jflyRXkb0VUXKc3ByEzT37avJ0J-C5bznWMbAX', 1767272400000);
INSERT INTO public.short_lived_pieces VALUES ('kept', '88EHeKDj_sYzXP9KVIksH2Gi7Oz7JDRmikioh3FUyxs', 0, '8RZB1fYo60qbCxUggSxjgDuiJf0YvWa166dhaypeQf6_', 1767272400000);
INSERT INTO public.spent_passkey_challenges VALUES ('spent', 1767272400000);
INSERT INTO public.subjects VALUES ('5e781ee5-6349-4c85-99c7-957902d48504', 'Ada@Example.com', 'ada@example.com', true, '$argon2id$v=19$x', 1767268800000, 1767268800000, NULL, NULL, NULL);
INSERT INTO public.template_keys VALUES ('5e781ee5-6349-4c85-99c7-957902d48504', '725290f6-d856-4764-8fc9-f70c5da0a417', 'DVd_xc01q05MZ1JzsAYtOWUekIlcXMcZ5oWX5eubIMGJFqbCZTcJiwPVRc88EqbkOCmuumL35DQAMeai');
INSERT INTO public.templates VALUES ('c0485b07-0378-4ea2-b7a1-b3fbf812dabf', '5e781ee5-6349-4c85-99c7-957902d48504', '725290f6-d856-4764-8fc9-f70c5da0a417', 'test-model/1', 'front', 'Z4kzIjudFWH9mQRX1cX6fSfPCO5LempAjdfKn1IyjM8kUdrRUSe_OTuGKbYx7pUvLpN_DLD-QNOHMwYain0YEtQUPJkcM5UrWde1SqubBAzgaG0HYkPx_JuAvOom9wwIi9RFygcuFPQ_3l8jcd5N-igh3Fg_Fv9AdbjUC-fAeZXpV8qeH_EHujpnQOKO3R47lBnqSaz1rkRXRtjloBxlO7kXuhgGcm9xlWGAwJ63v0h75Ydcm6KIWhix7L6iqVc8R724fw_vvylMTDqRioH331oaKVqdW1lQLfWO_pm9zeKE6PzL-nIVJ_S5-rxaK2PLAaX3QfgWHjKnSL9mMZFw_iW8Avly-pEwIpq3FDjRxMYa-OL1k1ICGGX2fj8DJ9q_R-5SOqUUoOZmhYEB5OtEx0Zsy_kPiL9dWDYVoXcSEL7Zo-Rs-ZWjhzaIi5z72Iyogvv8exk4jOi-Cu6YI3FzfrNYLD2Fd2_DOtaZzmYHFPA-9RQUY9kgyIk0204h4k1SfOODvUjZXKZsyRHTxVtwpzCqOpir4kVSml3xysPDytrZX8m8lZgZW70HRKXi9c9Boc_oC4xHXY-tnQR7mMh8do92E3My2IDihRAjU11u8-3xW5TIDJwzv17TX-pd96kLb6ARAgHsscbSWBle5uof1vVDf_ZIqC2AbGk6WyCGNxl2GuQnsEbmyy-vaCChLtZqYM4ac5F7HXkltPtJ', 1767268800000, NULL, 'Firefox on Linux');
INSERT INTO public.templates VALUES ('b87f2130-4700-46fd-87d1-4cea3f4f5bfa', '5e781ee5-6349-4c85-99c7-957902d48504', '725290f6-d856-4764-8fc9-f70c5da0a417', 'test-model/1', 'front', 'WlYqpUY-b6uJVH8jtKcJGKnS08voR1V3Wcgp8mVyW-cCy1NoI_Y9K2pJAVqDSQ91hGmq8oURUsS6-A9YSviCwfZ_98D694pe7wm4tMRmkw4nhG6QAVW0RnGrFE25_HwLB96gqL_oJPceHIJChB8jORACC2fcDS8AT1K76HUuVsvFmRtFmXO2LHNfcd6gUEdCRaXC8TvWnMtWsdCL5wTbHdlj7QKrXz84xiGRvof2hFHsxG3yNAnTN31HYjZPbd90CxlTAdUi5Tdldw8oNPx_ifZmzpMEO7gfTDOCMKJDQcpPKZ7A3-WRsDLhJlOL4lfdVGIEmq_V-11isfHnaqQgXD7KzjeHeeULDkRjOlWooX266Uzt2OoC-NyPmQBQ2G0WC-3kQ6LtRtQ0Z88eg9xJfanDOAxCq-J3BL6kZbOs4q6r8QMdTVeEcSfjvD4cTneQkjbnxHSS-7rziVmnDtJoS0mfON3UCnUSyir27LoHF8PIyXRnC4TvQG2MDnesT-WQMxpCse3KJPSJPw2tCHOKUWJXcxOFiDZcWu4hgvhHTckik5sM11folKyZVe2VPB744nJDGpNHUI-b4LrVPemP2ATLD-QcplmfDXwHJt558WGSvznw4-ye3Z8jxh1V2LKcfsZxQU0Tybrld-FTefKf2vJPQwSpifhOewyeH7sbXNXeKubBU1jD_VXTkJ_MYE_16qfpKwha4dwqfz3T', 1767268800000, NULL, 'Firefox on Linux');
INSERT INTO public.templates VALUES ('0ea8e717-636d-40ee-82ad-3ca0dd8eaeeb', '5e781ee5-6349-4c85-99c7-957902d48504', '725290f6-d856-4764-8fc9-f70c5da0a417', 'test-model/1', 'front', 'evSM56G8IcyVIzx-Y_PMous3bDIcZ1o8WjUw3Jw6rwxP78MJypZpoAVkMKNpND7oERxYoRqC58IpNr5EXy1lueHS35D0q4YLM9nMg545-iDoSUSPuqxGOf_QdG1dTdmmIgU8i-xJHq234-F31cMsSdhrlmtSBODjhjtlNR8NIImrdQpvZwJ4pCzvFtkbYZZxhuats2QQOZV6tGQBVTD0BCfw2gby_G0kyMwkO7wRl3k-qb5prsZzw-mbqZ6XddloPEyD7h9B2bPHuB-RiOpAegkVMzpZmgZX226eK4npG9BWCSzJ9jkJKv5uIEnotP4sNlXMdrLunUicP59ahjp2d_n3hk00crtKnZlLvKpBD2eX-syD-1wBz9rRgPVpxnjpeCUzSb_KxSBwOfa8AI-Vv4UYgkILPrJ6Siqf0aN4-gTt6LrKFzsdxAAZY1NplpIK3utqMKq-RrO4gAY9_w6IHYZOx3XoqW6KF4PfE0v0A06BuyIDBdFyb1vcTIwBEo8DyLxpObw-HPxHx4lmo-s1E6hQRGKip8UH_7zt_qVnYIMMlRtgAnqd8_LqBXeiuTFfX-rPKci6gWTJrBwhxkQTLTt-XiAGYHNUjJkBfiXQhqMnycLxgE05IMxYQmp3hi1h1JEK1U-XD3QCmhnrJ14ToqjZzx3Mq5dtox9zkNUZo_QWDMkcH9eYkVnB09Gv9VOR8etUz2K_GsiQs8oP', 1767268800000, NULL, 'Firefox on Linux');
INSERT INTO public.totp_seeds VALUES ('5e781ee5-6349-4c85-99c7-957902d48504', 'active', '80f80dc6-fb63-4fc3-b0e8-5b5809cfd229', 'UZ_DrPqYZeBKWNAc0zhZpjsPYcHwciJHoCpYAomrGi8myRJT5uOUR_HrdeB_igkl', 1767268800000, 1767268800000, 100, NULL);
SELECT pg_catalog.setval('public.migrations_id_seq', 17, true);
ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT "PK_0723b9e53961e799027d7f7ba32" PRIMARY KEY (id);
ALTER TABLE ONLY public.admin_invitations
    ADD CONSTRAINT "PK_0c710b9106ea89847bcf62bd3e1" PRIMARY KEY (id);
ALTER TABLE ONLY public.subjects
    ADD CONSTRAINT "PK_1a023685ac2b051b4e557b0b280" PRIMARY KEY (id);
ALTER TABLE ONLY public.email_changes
    ADD CONSTRAINT "PK_211b8c757dbdf02d860ff3df1c8" PRIMARY KEY ("subjectId");
ALTER TABLE ONLY public.attempts
    ADD CONSTRAINT "PK_295ca261e361fd2fd217754dcac" PRIMARY KEY (id);
ALTER TABLE ONLY public.browser_notices
    ADD CONSTRAINT "PK_2cbd1b609949f0d676fe6d0eef2" PRIMARY KEY ("tokenDigest");
ALTER TABLE ONLY public.recovery_sets
    ADD CONSTRAINT "PK_391ab8f415d86d89a5c167043df" PRIMARY KEY ("subjectId");
ALTER TABLE ONLY public.administrators
    ADD CONSTRAINT "PK_39853ccac3bb334db845d200077" PRIMARY KEY ("subjectId");
ALTER TABLE ONLY public.short_lived_pieces
    ADD CONSTRAINT "PK_49b4b0f8610a6a2c4482c84f00b" PRIMARY KEY (kind, "idDigest", "position");
ALTER TABLE ONLY public.mail_proofs
    ADD CONSTRAINT "PK_4e3e3b8291215068d0d5d1210fa" PRIMARY KEY (id);
ALTER TABLE ONLY public.templates
    ADD CONSTRAINT "PK_515948649ce0bbbe391de702ae5" PRIMARY KEY (id);
ALTER TABLE ONLY public.spent_passkey_challenges
    ADD CONSTRAINT "PK_5ccc1f5c93ffb158704e209e329" PRIMARY KEY (digest);
ALTER TABLE ONLY public.receipts
    ADD CONSTRAINT "PK_5e8182d7c29e023da6e1ff33bfe" PRIMARY KEY (id);
ALTER TABLE ONLY public.browser_sessions
    ADD CONSTRAINT "PK_62bb0057d5bf51b68d790563ba3" PRIMARY KEY (id);
ALTER TABLE ONLY public.attempt_tallies
    ADD CONSTRAINT "PK_679822c28e5edfce51ece75567b" PRIMARY KEY ("identifierDigest", factor);
ALTER TABLE ONLY public.device_keys
    ADD CONSTRAINT "PK_7fbd52a229f3150677b6b908c3f" PRIMARY KEY (id);
ALTER TABLE ONLY public.private_documents
    ADD CONSTRAINT "PK_8b116f26b3da1cdde1dfe096230" PRIMARY KEY (name);
ALTER TABLE ONLY public.migrations
    ADD CONSTRAINT "PK_8c82d7f526340ab734260ea46be" PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT "PK_910f64d901a5c3e9878f0d4a407" PRIMARY KEY (id);
ALTER TABLE ONLY public.mail_letters
    ADD CONSTRAINT "PK_93f1974ee963a5fa9385486d851" PRIMARY KEY (id);
ALTER TABLE ONLY public.known_browsers
    ADD CONSTRAINT "PK_945774a1ecacd3564963055cb7f" PRIMARY KEY (id);
ALTER TABLE ONLY public.short_lived
    ADD CONSTRAINT "PK_965e0bb9f0626df9bfcb7b44c6a" PRIMARY KEY (kind, "idDigest");
ALTER TABLE ONLY public.oidc_records
    ADD CONSTRAINT "PK_9739108e211ae93c3ea1d239680" PRIMARY KEY (model, "idDigest");
ALTER TABLE ONLY public.consents
    ADD CONSTRAINT "PK_9efc68eb6aba7d638fb6ea034dd" PRIMARY KEY (id);
ALTER TABLE ONLY public.job_leases
    ADD CONSTRAINT "PK_a5aaa7b6169ce751dd85a6f0beb" PRIMARY KEY (name);
ALTER TABLE ONLY public.logout_deliveries
    ADD CONSTRAINT "PK_a77bc7cd1e7052a9c1372e6f552" PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_marks
    ADD CONSTRAINT "PK_bf738d824300cd1570e7dd26c8f" PRIMARY KEY (name);
ALTER TABLE ONLY public.event_outbox
    ADD CONSTRAINT "PK_c8bd4a6797caa3ebad9b40c9813" PRIMARY KEY (id);
ALTER TABLE ONLY public.managed_entries
    ADD CONSTRAINT "PK_c9e2d7800fda6c770f007392086" PRIMARY KEY (kind, id);
ALTER TABLE ONLY public.passkey_handles
    ADD CONSTRAINT "PK_d22a161d3e9e6b0c1e4cbe4b5b8" PRIMARY KEY ("subjectId");
ALTER TABLE ONLY public.template_keys
    ADD CONSTRAINT "PK_d39fb19853be93e8747b858fbb8" PRIMARY KEY ("subjectId");
ALTER TABLE ONLY public.passkeys
    ADD CONSTRAINT "PK_db928e6fd79e7098911268a74c3" PRIMARY KEY (id);
ALTER TABLE ONLY public.totp_seeds
    ADD CONSTRAINT "PK_f73855de7d4bf2d6556b82a2c2f" PRIMARY KEY ("subjectId", state);
ALTER TABLE ONLY public.admin_invitations
    ADD CONSTRAINT "UQ_7b60533d6b99e7bd0d1631f0ed9" UNIQUE ("tokenDigest");
CREATE INDEX "ix_admin_invitations_expiresAt" ON public.admin_invitations USING btree ("expiresAt");
CREATE INDEX "ix_attempt_tallies_lastFailureAt" ON public.attempt_tallies USING btree ("lastFailureAt");
CREATE INDEX ix_attempts_at ON public.attempts USING btree (at);
CREATE INDEX "ix_attempts_subjectId_at" ON public.attempts USING btree ("subjectId", at);
CREATE INDEX ix_audit_events_at ON public.audit_events USING btree (at);
CREATE UNIQUE INDEX ix_audit_events_seq ON public.audit_events USING btree (seq);
CREATE INDEX "ix_audit_events_subjectId_at" ON public.audit_events USING btree ("subjectId", at);
CREATE INDEX "ix_browser_notices_expiresAt" ON public.browser_notices USING btree ("expiresAt");
CREATE INDEX "ix_browser_notices_subjectId" ON public.browser_notices USING btree ("subjectId");
CREATE INDEX "ix_browser_sessions_lastSeenAt" ON public.browser_sessions USING btree ("lastSeenAt", id);
CREATE INDEX "ix_browser_sessions_subjectId" ON public.browser_sessions USING btree ("subjectId");
CREATE UNIQUE INDEX ix_browser_sessions_uid ON public.browser_sessions USING btree (uid);
CREATE INDEX "ix_consents_subjectId" ON public.consents USING btree ("subjectId");
CREATE INDEX "ix_device_keys_revokedAt" ON public.device_keys USING btree ("revokedAt");
CREATE UNIQUE INDEX "ix_device_keys_subjectId_thumbprint" ON public.device_keys USING btree ("subjectId", thumbprint);
CREATE INDEX "ix_email_changes_askedAt" ON public.email_changes USING btree ("askedAt");
CREATE INDEX ix_event_outbox_at ON public.event_outbox USING btree (at);
CREATE INDEX "ix_event_outbox_nextAt" ON public.event_outbox USING btree ("nextAt");
CREATE INDEX "ix_known_browsers_lastSeenAt" ON public.known_browsers USING btree ("lastSeenAt");
CREATE UNIQUE INDEX "ix_known_browsers_subjectId_browserDigest" ON public.known_browsers USING btree ("subjectId", "browserDigest");
CREATE INDEX "ix_logout_deliveries_createdAt" ON public.logout_deliveries USING btree ("createdAt");
CREATE INDEX "ix_logout_deliveries_nextAt" ON public.logout_deliveries USING btree ("nextAt");
CREATE INDEX "ix_logout_deliveries_nextAt_createdAt" ON public.logout_deliveries USING btree ("nextAt", "createdAt");
CREATE INDEX "ix_mail_letters_nextAt" ON public.mail_letters USING btree ("nextAt");
CREATE INDEX "ix_mail_letters_nextAt_createdAt" ON public.mail_letters USING btree ("nextAt", "createdAt");
CREATE UNIQUE INDEX ix_mail_proofs_purpose_binding ON public.mail_proofs USING btree (purpose, binding);
CREATE INDEX "ix_mail_proofs_subjectId" ON public.mail_proofs USING btree ("subjectId");
CREATE UNIQUE INDEX "ix_mail_proofs_tokenDigest" ON public.mail_proofs USING btree ("tokenDigest");
CREATE INDEX "ix_mail_proofs_tokenEndsAt" ON public.mail_proofs USING btree ("tokenEndsAt");
CREATE INDEX "ix_oidc_records_clientDigest" ON public.oidc_records USING btree ("clientDigest", model);
CREATE INDEX "ix_oidc_records_expiresAt" ON public.oidc_records USING btree ("expiresAt");
CREATE INDEX "ix_oidc_records_grantDigest" ON public.oidc_records USING btree ("grantDigest");
CREATE INDEX "ix_oidc_records_subjectId" ON public.oidc_records USING btree ("subjectId");
CREATE INDEX "ix_oidc_records_uidDigest" ON public.oidc_records USING btree ("uidDigest");
CREATE INDEX "ix_oidc_records_userCodeDigest" ON public.oidc_records USING btree ("userCodeDigest");
CREATE UNIQUE INDEX "ix_passkeys_credentialId" ON public.passkeys USING btree ("credentialId");
CREATE INDEX "ix_passkeys_subjectId" ON public.passkeys USING btree ("subjectId");
CREATE INDEX "ix_receipts_subjectId" ON public.receipts USING btree ("subjectId");
CREATE UNIQUE INDEX "ix_recovery_codes_subjectId_digest" ON public.recovery_codes USING btree ("subjectId", digest);
CREATE INDEX "ix_short_lived_expiresAt" ON public.short_lived USING btree ("expiresAt");
CREATE INDEX "ix_short_lived_pieces_expiresAt" ON public.short_lived_pieces USING btree ("expiresAt");
CREATE INDEX "ix_spent_passkey_challenges_endsAt" ON public.spent_passkey_challenges USING btree ("endsAt");
CREATE UNIQUE INDEX "ix_subjects_emailKey" ON public.subjects USING btree ("emailKey");
CREATE INDEX "ix_subjects_emailKey_prefix" ON public.subjects USING btree ("emailKey" text_pattern_ops);
CREATE INDEX ix_subjects_lower_name ON public.subjects USING btree (lower(name) text_pattern_ops);
CREATE INDEX "ix_templates_subjectId" ON public.templates USING btree ("subjectId");
CREATE INDEX "ix_totp_seeds_state_createdAt" ON public.totp_seeds USING btree (state, "createdAt");
ALTER TABLE ONLY public.administrators
    ADD CONSTRAINT "FK_39853ccac3bb334db845d200077" FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.browser_notices
    ADD CONSTRAINT fk_browser_notices_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.browser_sessions
    ADD CONSTRAINT fk_browser_sessions_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.consents
    ADD CONSTRAINT fk_consents_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.device_keys
    ADD CONSTRAINT fk_device_keys_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.email_changes
    ADD CONSTRAINT fk_email_changes_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.known_browsers
    ADD CONSTRAINT fk_known_browsers_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.mail_proofs
    ADD CONSTRAINT fk_mail_proofs_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.passkey_handles
    ADD CONSTRAINT fk_passkey_handles_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.passkeys
    ADD CONSTRAINT fk_passkeys_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.receipts
    ADD CONSTRAINT fk_receipts_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT fk_recovery_codes_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.recovery_sets
    ADD CONSTRAINT fk_recovery_sets_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.template_keys
    ADD CONSTRAINT fk_template_keys_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.templates
    ADD CONSTRAINT fk_templates_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.totp_seeds
    ADD CONSTRAINT fk_totp_seeds_subject FOREIGN KEY ("subjectId") REFERENCES public.subjects(id) ON DELETE CASCADE;
