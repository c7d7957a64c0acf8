// SPDX-License-Identifier: MIT
#include "tls.h"

#include <errno.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct tls_pair {
	atomic_uint holders;
	gnutls_certificate_credentials_t credentials;
	int64_t expires_at;
};

struct tls {
	pthread_mutex_t lock; // of current
	struct tls_pair *current; // NULL before the first tls_load
};

int tls_create(struct tls **out)
{
	struct tls *tls = calloc(1, sizeof *tls);
	if (!tls)
		return -ENOMEM;
	if (pthread_mutex_init(&tls->lock, NULL)) {
		free(tls);
		return -ENOMEM;
	}
	*out = tls;
	return 0;
}

void tls_destroy(struct tls *tls)
{
	if (!tls)
		return;
	tls_pair_unref(tls->current);
	pthread_mutex_destroy(&tls->lock);
	free(tls);
}

void tls_pair_unref(struct tls_pair *pair)
{
	if (!pair || atomic_fetch_sub(&pair->holders, 1) != 1)
		return;
	gnutls_certificate_free_credentials(pair->credentials);
	free(pair);
}

static gnutls_datum_t datum_of(struct str s)
{
	return (gnutls_datum_t){(unsigned char *)(uintptr_t)s.at, (unsigned)s.size};
}

// Fills PAIR from what stands in the two files. They are read here and not by the
// function that would take both as text, which tells little of what is wrong, and loses
// memory at a certificate that it cannot read (GnuTLS 3.7.9). 0, or an error of GnuTLS
// with *FAULT in our words.
static int fill_pair(
	struct tls_pair *pair, struct str certificate, struct str key, struct tls_fault *fault)
{
	const gnutls_datum_t certificate_pem = datum_of(certificate), key_pem = datum_of(key);
	gnutls_x509_crt_t *chain;
	unsigned count;
	gnutls_x509_privkey_t secret;
	int result = gnutls_x509_privkey_init(&secret);
	if (result < 0)
		return result;
	*fault = (struct tls_fault){
		false, {"tidak ada sertifikat di dalamnya (perlu PEM)",
			       "there is no certificate in it (PEM is needed)"}};
	result = gnutls_x509_crt_list_import2(
		&chain, &count, &certificate_pem, GNUTLS_X509_FMT_PEM, 0);
	if (result < 0) {
		gnutls_x509_privkey_deinit(secret);
		return result; // and chain and count say nothing
	}
	*fault = (struct tls_fault){true,
		{"tidak ada kunci di dalamnya yang terbaca tanpa kata sandi (perlu PEM)",
			"there is no key in it that can be read without a password (PEM is needed)"}};
	result = gnutls_x509_privkey_import2(secret, &key_pem, GNUTLS_X509_FMT_PEM, NULL, 0);
	if (result >= 0) {
		*fault = (struct tls_fault){false,
			{"sertifikat ini tidak dapat dipakai", "this certificate cannot be used"}};
		result = gnutls_certificate_set_x509_key(
			pair->credentials, chain, (int)count, secret);
	}
	if (result == GNUTLS_E_CERTIFICATE_KEY_MISMATCH)
		*fault = (struct tls_fault){true,
			{"kunci ini bukan milik sertifikat yang pertama dalam berkasnya",
				"this key does not belong to the certificate that comes first in its file"}};
	if (result >= 0)
		pair->expires_at = gnutls_x509_crt_get_expiration_time(chain[0]);
	for (unsigned i = 0; i < count; i++)
		gnutls_x509_crt_deinit(chain[i]);
	gnutls_free(chain);
	gnutls_x509_privkey_deinit(secret);
	return result;
}

static int create_pair(
	struct tls_pair **out, struct str certificate, struct str key, struct tls_fault *fault)
{
	struct tls_fault found = {false, {NULL}};
	struct tls_pair *pair = calloc(1, sizeof *pair);
	if (!pair)
		return -ENOMEM;
	atomic_init(&pair->holders, 1);
	int result = gnutls_certificate_allocate_credentials(&pair->credentials);
	if (result < 0) {
		free(pair);
		return -ENOMEM;
	}
	result = fill_pair(pair, certificate, key, &found);
	if (result < 0) {
		tls_pair_unref(pair);
		if (result == GNUTLS_E_MEMORY_ERROR)
			return -ENOMEM;
		*fault = found;
		return -EINVAL;
	}
	*out = pair;
	return 0;
}

int tls_load(struct tls *tls, struct str certificate, struct str key, struct tls_fault *fault)
{
	struct tls_pair *pair, *old;
	if (certificate.size > TLS_PEM_MAX || key.size > TLS_PEM_MAX) {
		*fault = (struct tls_fault){certificate.size <= TLS_PEM_MAX,
			{"lebih besar dari 1 MiB", "it has more than 1 MiB"}};
		return -EINVAL;
	}
	int result = create_pair(&pair, certificate, key, fault);
	if (result)
		return result;
	pthread_mutex_lock(&tls->lock);
	old = tls->current;
	tls->current = pair;
	pthread_mutex_unlock(&tls->lock);
	tls_pair_unref(old);
	return 0;
}

static struct tls_pair *current_pair(struct tls *tls)
{
	pthread_mutex_lock(&tls->lock);
	struct tls_pair *pair = tls->current;
	if (pair)
		atomic_fetch_add(&pair->holders, 1);
	pthread_mutex_unlock(&tls->lock);
	return pair;
}

int64_t tls_expires_at(struct tls *tls)
{
	struct tls_pair *pair = current_pair(tls);
	int64_t expires_at = pair ? pair->expires_at : 0;
	tls_pair_unref(pair);
	return expires_at;
}

struct tls_pair *tls_begin(struct tls *tls, void *session)
{
	struct tls_pair *pair = current_pair(tls);
	if (!pair)
		return NULL;
	if (gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, pair->credentials) >= 0)
		return pair;
	tls_pair_unref(pair);
	return NULL;
}

static int retrieve_nothing(gnutls_session_t session, const gnutls_datum_t *issuers,
	int issuer_count, const gnutls_pk_algorithm_t *algorithms, int algorithm_count,
	gnutls_pcert_st **certificates, unsigned *certificate_count, gnutls_privkey_t *key)
{
	(void)session, (void)issuers, (void)issuer_count, (void)algorithms, (void)algorithm_count;
	(void)key;
	*certificates = NULL;
	*certificate_count = 0;
	return -1;
}

void *tls_no_certificate(void)
{
	gnutls_certificate_retrieve_function2 *const callback = retrieve_nothing;
	return (void *)(uintptr_t)callback;
}

void tls_send(void *session, struct str bytes)
{
	(void)!gnutls_record_send(session, bytes.at, bytes.size);
}
