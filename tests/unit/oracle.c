// SPDX-License-Identifier: MIT
#include "oracle.h"

#include <string.h>

const char *const fact_names[FACTS] = {"role", "employment", "belajar_id", "dapodik_gtk"};
const char *const attribute_names[ATTRIBUTES] = {
	"obligation", "deadline", "admin_burden", "access"};
const char *const feature_names[FEATURES] = {"pelatihan_mandiri", "refleksi_kompetensi",
	"bukti_karya", "komunitas", "pengelolaan_kinerja"};
static const char *const fact_values[FACTS][3] = {
	{"guru", "kepala_sekolah", "lainnya"},
	{"ASN", "non_ASN", "CPNS"},
	{"true", "false"},
	{"true", "false"},
};

static bool is(const struct person *person, int fact, const char *value)
{
	return person->fact[fact] && strcmp(person->fact[fact], value) == 0;
}

// What the circular says of somebody of whom everything is known.
static const char *says(const struct person *full, int feature, int attribute)
{
	if (is(full, ROLE, "lainnya"))
		return "not_covered";
	if (attribute == DEADLINE || attribute == ADMIN_BURDEN)
		return "none";
	if (feature < FOUR_FEATURES)
		return attribute == OBLIGATION ? "not_required" : "available";
	if (attribute == ACCESS)
		return is(full, BELAJAR_ID, "true") && is(full, DAPODIK_GTK, "true")
			       ? "available"
			       : "unavailable";
	return is(full, EMPLOYMENT, "ASN")       ? "required"
	       : is(full, EMPLOYMENT, "non_ASN") ? "not_required"
						 : "not_covered";
}

const char *oracle_clause(const struct person *person, int feature, int attribute)
{
	if (feature < FOUR_FEATURES)
		return "1";
	if (is(person, ROLE, "lainnya"))
		return "2";
	if (attribute == DEADLINE || attribute == ADMIN_BURDEN)
		return "3";
	if (attribute == ACCESS)
		return "Akses Pengelolaan Kinerja";
	return is(person, EMPLOYMENT, "ASN")       ? "2.a"
	       : is(person, EMPLOYMENT, "non_ASN") ? "2.b"
						   : "2";
}

struct person everybody[EVERYBODY], everybody_known[EVERYBODY_KNOWN];
static size_t everybody_count, known_count;

static void add_person(const int digits[FACTS])
{
	struct person person = {{NULL}};
	bool known = true;
	for (int f = 0; f < FACTS; f++) {
		if (digits[f])
			person.fact[f] = fact_values[f][digits[f] - 1];
		known = known && digits[f];
	}
	everybody[everybody_count++] = person;
	if (known)
		everybody_known[known_count++] = person;
}

bool oracle_init(void)
{
	for (int role = 0; role <= 3; role++)
		for (int employment = 0; employment <= 3; employment++)
			for (int account = 0; account <= 2; account++)
				for (int status = 0; status <= 2; status++)
					add_person((const int[FACTS]){
						role, employment, account, status});
	return everybody_count == EVERYBODY && known_count == EVERYBODY_KNOWN;
}

static bool completes(const struct person *whole, const struct person *part)
{
	for (int f = 0; f < FACTS; f++)
		if (part->fact[f] && !is(whole, f, part->fact[f]))
			return false;
	return true;
}

bool oracle_possible(const struct person *person, int feature, int attribute, const char *value)
{
	for (size_t i = 0; i < known_count; i++)
		if (completes(&everybody_known[i], person) &&
			strcmp(says(&everybody_known[i], feature, attribute), value) == 0)
			return true;
	return false;
}

const char *oracle_value(const struct person *person, int feature, int attribute)
{
	const char *value = NULL;
	for (size_t i = 0; i < known_count; i++) {
		if (!completes(&everybody_known[i], person))
			continue;
		const char *other = says(&everybody_known[i], feature, attribute);
		if (value && strcmp(value, other) != 0)
			return NULL;
		value = other;
	}
	return value;
}

static bool differ_only_in(const struct person *a, const struct person *b, int fact)
{
	for (int f = 0; f < FACTS; f++)
		if ((strcmp(a->fact[f], b->fact[f]) != 0) != (f == fact))
			return false;
	return true;
}

static bool same_outcome(const struct person *a, const struct person *b, int feature)
{
	for (int attribute = 0; attribute < ATTRIBUTES; attribute++)
		if (strcmp(says(a, feature, attribute), says(b, feature, attribute)) != 0)
			return false;
	return true;
}

bool oracle_missing(const struct person *person, int feature, int fact)
{
	if (person->fact[fact])
		return false;
	for (size_t i = 0; i < known_count; i++)
		for (size_t j = 0; j < known_count; j++)
			if (completes(&everybody_known[i], person) &&
				completes(&everybody_known[j], person) &&
				differ_only_in(&everybody_known[i], &everybody_known[j], fact) &&
				!same_outcome(&everybody_known[i], &everybody_known[j], feature))
				return true;
	return false;
}
