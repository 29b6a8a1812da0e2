package io.github.cumulusmaven.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Which resources belong to which patient: FHIR R4's patient compartment, as its elements instead of its search
 * parameters. Exports of patients and of groups hold these types and no others: what patients share (Practitioner,
 * PractitionerRole, Organization, Location, Medication) is in a system export only, as with HAPI.
 *
 * <p>Two types differ from R4. Device is here, by its {@code patient}, for implants. Group is not: it would tell of
 * members who are not asked for.
 *
 * @see <a href="https://hl7.org/fhir/R4/compartmentdefinition-patient.html">R4 patient compartment</a>
 */
final class PatientCompartment {
    private static final String PATIENT = "Patient";
    private static final Pattern REFERENCE = Pattern.compile("(?:^|/)Patient/([^/?#|]+)(?:/_history/[^/]+)?$");

    private static final Map<String, List<String>> ELEMENTS =
            """
            Account subject
            AdverseEvent subject
            AllergyIntolerance patient recorder asserter
            Appointment participant.actor
            AppointmentResponse actor
            AuditEvent agent.who entity.what
            Basic subject author
            BodyStructure patient
            CarePlan subject activity.detail.performer
            CareTeam subject participant.member
            ChargeItem subject
            Claim patient payee.party
            ClaimResponse patient
            ClinicalImpression subject
            Communication subject sender recipient
            CommunicationRequest subject sender recipient requester
            Composition subject author attester.party
            Condition subject asserter
            Consent patient
            Coverage policyHolder subscriber beneficiary payor
            CoverageEligibilityRequest patient
            CoverageEligibilityResponse patient
            DetectedIssue patient
            Device patient
            DeviceRequest subject performer
            DeviceUseStatement subject
            DiagnosticReport subject
            DocumentManifest subject author recipient
            DocumentReference subject author
            Encounter subject
            EnrollmentRequest candidate
            EpisodeOfCare patient
            ExplanationOfBenefit patient payee.party
            FamilyMemberHistory patient
            Flag subject
            Goal subject
            ImagingStudy subject
            Immunization patient
            ImmunizationEvaluation patient
            ImmunizationRecommendation patient
            Invoice subject recipient
            List subject source
            MeasureReport subject
            Media subject
            MedicationAdministration subject performer.actor
            MedicationDispense subject receiver
            MedicationRequest subject
            MedicationStatement subject
            MolecularSequence patient
            NutritionOrder patient
            Observation subject performer
            Person link.target
            Procedure subject performer.actor
            Provenance target
            QuestionnaireResponse subject author
            RelatedPerson patient
            RequestGroup subject action.participant
            ResearchSubject individual
            RiskAssessment subject
            Schedule actor
            ServiceRequest subject performer
            Specimen subject
            SupplyDelivery patient
            SupplyRequest deliverTo
            VisionPrescription patient
            """
                    .lines()
                    .map(line -> List.of(line.split(" ", -1)))
                    .collect(Collectors.toUnmodifiableMap(
                            words -> words.get(0), words -> words.subList(1, words.size())));

    private PatientCompartment() {}

    /** Lists the types whose resources can belong to a patient. */
    static Set<String> types() {
        Set<String> types = new HashSet<>(ELEMENTS.keySet());
        types.add(PATIENT);
        return types;
    }

    /** Whether resources of a type can belong to a patient. */
    static boolean covers(String type) {
        return type.equals(PATIENT) || ELEMENTS.containsKey(type);
    }

    /** Whether a resource belongs to one of these patients. */
    static boolean contains(JsonNode resource, PatientSelection patients) {
        String type = resource.path("resourceType").asText();
        if (type.equals(PATIENT)) {
            return patients.has(resource.path("id").asText());
        }
        return ELEMENTS.getOrDefault(type, List.of()).stream()
                .flatMap(path -> values(resource, Arrays.asList(path.split("\\.", -1))))
                .flatMap(reference -> patientOf(reference.path("reference").asText()).stream())
                .anyMatch(patients::has);
    }

    /** The values at a path, which may branch at every list. */
    static Stream<JsonNode> values(JsonNode node, List<String> path) {
        if (node.isArray()) {
            return StreamSupport.stream(node.spliterator(), false).flatMap(item -> values(item, path));
        }
        return path.isEmpty() ? Stream.of(node) : values(node.path(path.get(0)), path.subList(1, path.size()));
    }

    /** The id in a relative or absolute reference to a Patient. */
    static Optional<String> patientOf(String reference) {
        Matcher matcher = REFERENCE.matcher(reference);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
