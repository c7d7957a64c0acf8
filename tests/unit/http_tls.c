// SPDX-License-Identifier: MIT
// The pair of certificate and key: what is refused and why, that nothing changes
// then, who holds it how long, and what becomes of it when memory ends. What a
// client sees of it is tests/http/tls.py's.
#include "http/tls.h"

#include "failing.h"
#include "unit.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

// A certificate that signs itself, and its key, PEM.
struct sample {
	gnutls_datum_t certificate, key;
};

static struct sample one, other;
static const int64_t one_expires = 4102444800, other_expires = 1577923200; // 2100, 2020

static void must(int result)
{
	if (result < 0)
		fail_msg("%s", gnutls_strerror(result));
}

static struct sample make_sample(int64_t expires_at)
{
	struct sample sample;
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t certificate;
	must(gnutls_x509_privkey_init(&key));
	must(gnutls_x509_privkey_generate(
		key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
	must(gnutls_x509_crt_init(&certificate));
	must(gnutls_x509_crt_set_key(certificate, key));
	must(gnutls_x509_crt_set_version(certificate, 3));
	must(gnutls_x509_crt_set_serial(certificate, "\1", 1));
	must(gnutls_x509_crt_set_activation_time(certificate, 1577836800));
	must(gnutls_x509_crt_set_expiration_time(certificate, (time_t)expires_at));
	must(gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA256, 0));
	must(gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &sample.certificate));
	must(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &sample.key));
	gnutls_x509_crt_deinit(certificate);
	gnutls_x509_privkey_deinit(key);
	return sample;
}

static int make_samples(void **state)
{
	(void)state;
	one = make_sample(one_expires);
	other = make_sample(other_expires);
	return 0;
}

static int free_samples(void **state)
{
	(void)state;
	gnutls_free(one.certificate.data);
	gnutls_free(one.key.data);
	gnutls_free(other.certificate.data);
	gnutls_free(other.key.data);
	return 0;
}

static struct str text_of(gnutls_datum_t datum)
{
	return (struct str){(const char *)datum.data, datum.size};
}

static void load(struct tls *tls, const struct sample *sample)
{
	struct tls_fault fault = {true, {"untouched"}};
	assert_int_equal(
		tls_load(tls, text_of(sample->certificate), text_of(sample->key), &fault), 0);
	assert_string_equal(fault.text[PMM_LANG_ID], "untouched");
}

static struct tls *open_tls(void)
{
	struct tls *tls = NULL;
	assert_int_equal(tls_create(&tls), 0);
	return tls;
}

static void test_expiry_is_that_of_the_pair_in_force(void **state)
{
	struct tls *tls = open_tls();
	(void)state;
	assert_int_equal(tls_expires_at(tls), 0);
	load(tls, &one);
	assert_int_equal(tls_expires_at(tls), one_expires);
	load(tls, &other); // expired, and taken
	assert_int_equal(tls_expires_at(tls), other_expires);
	tls_destroy(tls);
	tls_destroy(NULL);
	tls_pair_unref(NULL);
}

static void test_pairs_that_are_refused(void **state)
{
	static const struct str nothing = {NULL, 0},
				garbage = {"-----BEGIN CERTIFICATE-----\nAAAA\n"
					   "-----END CERTIFICATE-----\n",
					58};
	const struct str certificate = text_of(one.certificate), key = text_of(one.key);
	const struct {
		struct str certificate, key;
		bool is_key;
		const char *part;
	} pairs[] = {
		{nothing, key, false, "no certificate"},
		{certificate, nothing, true, "no key"},
		{garbage, key, false, "no certificate"},
		{certificate, garbage, true, "no key"},
		{key, certificate, false, "no certificate"},
		{certificate, text_of(other.key), true, "does not belong"},
		{{certificate.at, certificate.size / 2}, key, false, "no certificate"},
		{certificate, {key.at, key.size / 2}, true, "no key"},
	};
	struct tls *tls = open_tls();
	(void)state;
	load(tls, &one);
	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct tls_fault fault = {0};
		assert_int_equal(
			tls_load(tls, pairs[i].certificate, pairs[i].key, &fault), -EINVAL);
		assert_int_equal(fault.is_key, pairs[i].is_key);
		if (!strstr(fault.text[PMM_LANG_EN], pairs[i].part))
			fail_msg("%zu: %s", i, fault.text[PMM_LANG_EN]);
		assert_int_equal(tls_expires_at(tls), one_expires);
	}
	tls_destroy(tls);
}

// What is too much is blank, so that only its size can be wrong.
static void test_limit_of_a_file(void **state)
{
	struct tls *tls = open_tls();
	struct tls_fault fault;
	const gnutls_datum_t *const files[] = {&one.certificate, &one.key};
	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		char *large = malloc(TLS_PEM_MAX + 1);
		assert_non_null(large);
		memset(large, '\n', TLS_PEM_MAX + 1);
		memcpy(large, files[i]->data, files[i]->size);
		struct str parts[] = {text_of(one.certificate), text_of(one.key)};
		parts[i] = (struct str){large, TLS_PEM_MAX};
		assert_int_equal(tls_load(tls, parts[0], parts[1], &fault), 0);
		parts[i].size++;
		assert_int_equal(tls_load(tls, parts[0], parts[1], &fault), -EINVAL);
		assert_int_equal(fault.is_key, i == 1);
		assert_string_equal(fault.text[PMM_LANG_EN], "it has more than 1 MiB");
		free(large);
	}
	tls_destroy(tls);
}

// --- sessions

static gnutls_session_t open_session(void)
{
	gnutls_session_t session;
	must(gnutls_init(&session, GNUTLS_SERVER));
	must(gnutls_set_default_priority(session));
	return session;
}

static gnutls_certificate_credentials_t credentials_of(gnutls_session_t session)
{
	void *credentials = NULL;
	must(gnutls_credentials_get(session, GNUTLS_CRD_CERTIFICATE, &credentials));
	return credentials;
}

static void assert_shows(gnutls_session_t session, const struct sample *sample)
{
	gnutls_datum_t der, pem;
	must(gnutls_certificate_get_crt_raw(credentials_of(session), 0, 0, &der));
	must(gnutls_pem_base64_encode2("CERTIFICATE", &der, &pem));
	assert_int_equal(pem.size, sample->certificate.size);
	assert_memory_equal(pem.data, sample->certificate.data, pem.size);
	gnutls_free(pem.data);
}

// Under a sanitizer a pair that is freed too early, or never, is reported.
static void test_a_session_keeps_its_pair(void **state)
{
	struct tls *tls = open_tls();
	gnutls_session_t first = open_session(), second = open_session();
	(void)state;
	assert_null(tls_begin(tls, first)); // there is none yet
	load(tls, &one);
	struct tls_pair *held = tls_begin(tls, first);
	assert_non_null(held);
	load(tls, &other);
	struct tls_pair *newer = tls_begin(tls, second);
	assert_non_null(newer);
	assert_shows(first, &one);
	assert_shows(second, &other);
	tls_destroy(tls);
	assert_shows(second, &other);
	gnutls_deinit(first);
	tls_pair_unref(held);
	tls_pair_unref(newer); // before its session, as the library may have it
	gnutls_deinit(second);
}

// --- GnuTLS out of memory

static unsigned left; // calls that succeed before one fails; 0: none fails

static bool call_fails(void)
{
	return left > 0 && --left == 0;
}

// The linker gives these names to what it wraps (ld, --wrap). NAME is GnuTLS's.
#define WRAP(name, parameters, arguments)                                                          \
	int __real_##name parameters; /* NOLINT(bugprone-reserved-identifier) */                   \
	int __wrap_##name parameters; /* NOLINT(bugprone-reserved-identifier) */                   \
	int __wrap_##name parameters /* NOLINT(bugprone-reserved-identifier) */                    \
	{                                                                                          \
		return call_fails() ? GNUTLS_E_MEMORY_ERROR : __real_##name arguments;             \
	}

WRAP(gnutls_certificate_allocate_credentials, (gnutls_certificate_credentials_t * out), (out))
WRAP(gnutls_x509_privkey_init, (gnutls_x509_privkey_t * out), (out))
WRAP(gnutls_x509_crt_list_import2,
	(gnutls_x509_crt_t * *out, unsigned *count, const gnutls_datum_t *text,
		gnutls_x509_crt_fmt_t format, unsigned flags),
	(out, count, text, format, flags))
WRAP(gnutls_x509_privkey_import2,
	(gnutls_x509_privkey_t key, const gnutls_datum_t *text, gnutls_x509_crt_fmt_t format,
		const char *password, unsigned flags),
	(key, text, format, password, flags))
WRAP(gnutls_certificate_set_x509_key,
	(gnutls_certificate_credentials_t credentials, gnutls_x509_crt_t *chain, int count,
		gnutls_x509_privkey_t key),
	(credentials, chain, count, key))
WRAP(gnutls_credentials_set, (gnutls_session_t session, gnutls_credentials_type_t type, void *it),
	(session, type, it))

static void test_memory_of_the_library(void **state)
{
	struct tls *tls = open_tls();
	struct tls_fault fault = {true, {"untouched"}};
	unsigned calls = 0;
	int result = -ENOMEM;
	(void)state;
	load(tls, &one);
	while (result == -ENOMEM) {
		left = ++calls;
		result = tls_load(tls, text_of(other.certificate), text_of(other.key), &fault);
		left = 0;
		assert_string_equal(fault.text[PMM_LANG_ID], "untouched");
		assert_int_equal(tls_expires_at(tls), result == 0 ? other_expires : one_expires);
	}
	assert_int_equal(result, 0);
	assert_int_equal(calls, 6); // one for each function above but the last, and none
	gnutls_session_t session = open_session();
	left = 1;
	assert_null(tls_begin(tls, session));
	gnutls_deinit(session);
	tls_destroy(tls);
}

static void test_every_allocation(void **state)
{
	struct tls *tls = NULL;
	struct tls_fault fault = {true, {"untouched"}};
	(void)state;
	for (size_t k = 0; k < 2; k++) { // the memory, the mutex
		failing_start(k, FAILING_ONCE);
		assert_int_equal(tls_create(&tls), -ENOMEM);
		assert_true(failing_stop());
		assert_null(tls);
	}
	tls = open_tls();
	load(tls, &one);
	failing_start(0, FAILING_ONCE);
	assert_int_equal(
		tls_load(tls, text_of(other.certificate), text_of(other.key), &fault), -ENOMEM);
	assert_true(failing_stop());
	assert_string_equal(fault.text[PMM_LANG_ID], "untouched");
	assert_int_equal(tls_expires_at(tls), one_expires);
	tls_destroy(tls);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expiry_is_that_of_the_pair_in_force),
		cmocka_unit_test(test_pairs_that_are_refused),
		cmocka_unit_test(test_limit_of_a_file),
		cmocka_unit_test(test_a_session_keeps_its_pair),
		cmocka_unit_test(test_memory_of_the_library),
		cmocka_unit_test(test_every_allocation),
	};
	return cmocka_run_group_tests_name("http/tls", tests, make_samples, free_samples);
}
