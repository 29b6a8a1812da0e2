package io.github.cumulusmaven.fhir;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The names of FHIR's resource types (R4, R4B and R5). */
public final class ResourceType {
    private static final Pattern NAME = Pattern.compile("[A-Z][A-Za-z]{0,63}");

    private static final Set<String> KNOWN = Set.of(
            """
            Account ActivityDefinition ActorDefinition AdministrableProductDefinition AdverseEvent AllergyIntolerance
            Appointment AppointmentResponse ArtifactAssessment AuditEvent Basic Binary BiologicallyDerivedProduct
            BiologicallyDerivedProductDispense BodyStructure Bundle CapabilityStatement CarePlan CareTeam CatalogEntry
            ChargeItem ChargeItemDefinition Citation Claim ClaimResponse ClinicalImpression ClinicalUseDefinition
            CodeSystem Communication CommunicationRequest CompartmentDefinition Composition ConceptMap Condition
            ConditionDefinition Consent Contract Coverage CoverageEligibilityRequest CoverageEligibilityResponse
            DetectedIssue Device DeviceAssociation DeviceDefinition DeviceDispense DeviceMetric DeviceRequest DeviceUsage
            DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference EffectEvidenceSynthesis Encounter
            EncounterHistory Endpoint EnrollmentRequest EnrollmentResponse EpisodeOfCare EventDefinition Evidence
            EvidenceReport EvidenceVariable ExampleScenario ExplanationOfBenefit FamilyMemberHistory Flag FormularyItem
            GenomicStudy Goal GraphDefinition Group GuidanceResponse HealthcareService ImagingSelection ImagingStudy
            Immunization ImmunizationEvaluation ImmunizationRecommendation ImplementationGuide Ingredient InsurancePlan
            InventoryItem InventoryReport Invoice Library Linkage List Location ManufacturedItemDefinition Measure
            MeasureReport Media Medication MedicationAdministration MedicationDispense MedicationKnowledge
            MedicationRequest MedicationStatement MedicinalProduct MedicinalProductAuthorization
            MedicinalProductContraindication MedicinalProductDefinition MedicinalProductIndication
            MedicinalProductIngredient MedicinalProductInteraction MedicinalProductManufactured
            MedicinalProductPackaged MedicinalProductPharmaceutical MedicinalProductUndesirableEffect MessageDefinition
            MessageHeader MolecularSequence NamingSystem NutritionIntake NutritionOrder NutritionProduct Observation
            ObservationDefinition OperationDefinition OperationOutcome Organization OrganizationAffiliation
            PackagedProductDefinition Parameters Patient PaymentNotice PaymentReconciliation Permission Person
            PlanDefinition Practitioner PractitionerRole Procedure Provenance Questionnaire QuestionnaireResponse
            RegulatedAuthorization RelatedPerson RequestGroup RequestOrchestration Requirements ResearchDefinition
            ResearchElementDefinition ResearchStudy ResearchSubject RiskAssessment RiskEvidenceSynthesis Schedule
            SearchParameter ServiceRequest Slot Specimen SpecimenDefinition StructureDefinition StructureMap
            Subscription SubscriptionStatus SubscriptionTopic Substance SubstanceDefinition SubstanceNucleicAcid
            SubstancePolymer SubstanceProtein SubstanceReferenceInformation SubstanceSourceMaterial
            SubstanceSpecification SupplyDelivery SupplyRequest Task TerminologyCapabilities TestPlan TestReport
            TestScript Transport ValueSet VerificationResult VisionPrescription
            """
                    .strip()
                    .split("\\s+"));

    private ResourceType() {}

    /** Whether a type name of a server may become part of a file's name (MF-10): letters only, the first a capital. */
    public static boolean isSafeName(String name) {
        return KNOWN.contains(name) || NAME.matcher(name).matches();
    }

    /** Whether FHIR R4, R4B or R5 has a resource type of exactly this name. */
    public static boolean isKnown(String name) {
        return KNOWN.contains(name);
    }

    /** The known type that a misspelt name most likely means, if any comes close. */
    public static Optional<String> closest(String name) {
        return Spelling.closest(name, KNOWN);
    }
}
