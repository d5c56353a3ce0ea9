/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/text/words/word_list.h"

/* clang-format off */
static const char *const words[WORD_LISTS] = {
    /* Names. */
    [LIST_NAME_PARTICLE] =
        "le la de du des l d n m el al ben ait van von da dos das di del der den bel ould dela abou",
    [LIST_PARTICLE] =
        ("de du d des la le les el al ben ait van von da dos das di del della den der ter abd abou abu bel "
         "ould saint st ste sainte mac mc o l n m bou sidi"),
    [LIST_FIRM_PARTICLE] = "el ben ait van von abd ould al mac mc da dos di bou sidi",
    [LIST_CUE_LINK] = "de d est le la l c dos da el ben van du",
    [LIST_NAME_DOSE] = "mg g ml",
    [LIST_AGE] = "ans mois an a",
    [LIST_SHORT_GIVEN] = "th ph ch cl fr chr jq jqs alph fcois jph mth mch",
    [LIST_INTRODUCTION] = "suis sui jsuis jsui chuis chui est c ce cest ces se sais set",
    [LIST_GREETING] = "bonjour bonsoir bjr bsr bjour bonj bonsoi salut salu slt salam coucou allo hello docteur",
    [LIST_AGENT] = "par avec devant sinon",
    [LIST_BEFORE_NAME] = "concerne lettres joint previens contacte cherche",
    [LIST_BEFORE_WORD] =
        ("un une le la les des du au aux ce cet cette ces son sa ses mon ma mes ton ta tes notre nos votre vos leur leurs "
         "tres trop assez plus moins bien peu pas tout toute tous aucun aucune quelques chaque plusieurs deux trois "
         "est sont etait reste restait semble semblait parait devient redevient jusqu en dans sur sous"),
    [LIST_BEFORE_NOUN] =
        ("petit petite petits petites gros grosse grosses grand grande grands grandes bon bonne bons bonnes long longue "
         "longs longues fort forte forts fortes beau belle vieux vieille jeune jeunes mauvais mauvaise joli jolie "
         "nouveau nouvelle leger legere vif vive faible seul juste clair blanc noir"),
    [LIST_OF_NOTES] =
        ("petit petite petits petites gros grosse grosses grand grande grands grandes bon bonne bons bonnes long longue "
         "longs longues fort forte forts fortes beau belle vieux vieille jeune jeunes seul juste leger legere vif vive "
         "faible clair claire clairs claires blanc blanche blancs blanches noir noire noirs noires rouge rouges rose roses "
         "roux brun brune bruns brunes gris grise vert verte bleu bleue jaune violet violette sage calme constant constante "
         "constants constantes doux douce sec seche court courte plat plate rond ronde creux mou dur dure tendre chaud froid "
         "frais haut bas droit gauche plein vide ferme net parfait normal simple gentil poli aimable content triste vaillant "
         "sourd main mains pied pieds bras jambe jambes tete oeil yeux dent dents coeur sang peau ventre sein cou nez bouche "
         "gorge dos cote os langue levre levres joue jour jours nuit matin midi soir mois an ans semaine lundi mardi mercredi "
         "jeudi vendredi samedi dimanche janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre "
         "noel porte rue place pont tour marche garde maison chambre lit escalier cour jardin voisin voisine cousin cousine "
         "neveu gendre fils fille frere soeur pere mere mari femme enfant bebe ami amie medecin docteur infirmier infirmiere "
         "pompier pompiers police maire cure gardien gardienne concierge boulanger boucher marchand facteur berger "
         "mal bien vu vue pris prise repos selle selles toux rhume fievre bouton boutons masse carre barre point points"),
    /* What is clinical. */
    [LIST_LIGHT] = "de du d des la le l et en a",
    [LIST_RESULT] =
        ("positif positive negatif negative neg pos stade grade type score absent absente present presente discret discrete discretement "
         "indifferent clinique douteux douteuse discutable franc net croise droit gauche bilateral modifie connu connue ok nl normal evolue evoluee impossible mou mous revise revisee inutile ininterpretable inverse indolore "
         "douloureux limite typique debutant echographique "
         "tenu tenue exclu exclue suspecte suspectee debutante retire possible probable evoque rompu elimine decrit retabli"),
    [LIST_BEFORE_DEVICE] = "un une au du son",
    [LIST_EPONYM_NOUN] =
        ("nerf fascia anse capsule lambeau artere veine foramen aponevrose "
         "pseudotumeur nodules nodosite nodosites gangrene barre ongle ongles plaque plaques tache taches ligne lignes zone kystes "
         "hernies diverticules polype polypose erytheme melanose naevus nevus pityriasis prurigo lichen maladies "
         "syndromes epreuve epreuves score regle lois principe formule equation indices echelles classifications "
         "stades grade cotation pentade trepied tetralogie nevralgie nevralgies luxation fractures osteotomie "
         "arthroplastie intervention operation procede methode incision suture plastie derivation anastomose valve "
         "valves sondes drain drains drainage catheter canule ballonnet aiguille pince lame lames ecarteur echarpe "
         "corset gouttiere broche clou anneau arcade triangle espace ligaments canaux glandes cellules ganglion seringue "
         "coloration cocktail diapason souffle rythme dyspnee respiration periode onde faisceau cirrhose cardiopathie "
         "cardiomyopathie arterite vascularite neuropathie nevrite epilepsie psychose delire dystrophie myopathie "
         "leucemie lymphomes carcinome sarcomes adenome thyroidites dermatite ecchymose lesion lesions cephalee exophtalmie ponction cordon poche membrane osteochondrite pupille "
         "erysipeloide phlebite maladie signe test manoeuvre reflexe"),
    [LIST_NOT_DONE] = "fait faite faits faites realise realisee realisable evaluable evalue interpretable recherche",
    [LIST_RESULT_SIDE] = "d g dt dte gche bilat",
    [LIST_DOSE] =
        "mg g gr mcg ug ml ui cp cps gtt gouttes amp inj bouffees bouf x j sachet sachets lp iv im sc per",
    [LIST_LARGE_UNIT] = "mg ml cc ui euros eur mcg ug kcal leuco",
    [LIST_TIGHT_UNIT] = "a s l x pa sa vs appel appels etages",
    /* Numbers, mail, codes and identifiers. */
    [LIST_NUMBER_WORD] =
        ("zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
         "vingt vingts trente quarante cinquante soixante double "
         "zeros zeroh zerro deus troi quatr catre cinc sink sis siz sete seten uit neuff vin vint tren trante "
         "karante sinquante soissante soixant"),
    [LIST_TYPED] = "oo ol oi lo ll li io il ii",
    [LIST_PAGER] = "bip dect bipper",
    [LIST_AFTER_PHONE] = "ou puis taper tapez choix touche poste",
    [LIST_NUMERAL] = "un deux trois quatre cinq six sept huit neuf dix",
    [LIST_SPELT_JOINT] = "point tiret underscore dot arobase arobas",
    [LIST_SPELT_AT] = "arobase arobas arrobase arobaz arobaze",
    [LIST_WEB] = "http https ftp www",
    [LIST_MAIL_DOMAIN] = "fr com net org eu be ch re",
    [LIST_SITE_DOMAIN] = "fr com org net eu io",
    [LIST_CODE_LINK] =
        ("n no num numero arriere avant portail porte entree nuit acces d de du la le l est immeuble hall sas boite a en "
         "bas ext exterieur int interieur rue batiment bat patient intervenant vitale dn cps pour principal "
         "digicode cles cle clefs clef premiere ere eme dossier murale au messagerie compte c ascenseur "
         "garage parking immat identite abonne abonnee tapis mettre faire composer taper tapez puis grille "
         "portillon barriere cour jardin veranda velo poubelle secu id ref samu"),
    [LIST_MORE_CODES] = "puis et ou then",
    [LIST_KEY_BOX] = "boite boitier boitiers coffre coffret keybox trousseau",
    [LIST_NEXT_CODE] = "puis et ou then int ext hall interieur exterieur sas ensuite",
    [LIST_CODE_ORDER] =
        ("taper tapez composer composez faire faites portail grille barriere cadenas boitier portier dig portillon "
         "clavier coffret cle cles clef clefs chiffres"),
    [LIST_CODE_WORD] = "code codes digicode digicodes digi",
    [LIST_SOCIAL_NETWORK] =
        "profil insta instagram snap snapchat facebook fb tiktok telegram twitter skype pseudo login mdp discord twitch linkedin",
    [LIST_ID_WORD] = "boitier abonne abonnee serie registre bip",
    [LIST_ID_LINK] =
        ("n no num numero de du d la le l est msa caf client visiteur abonne interne medical patient a au "
         "scolaire appel registre greffe"),
    /* Dates. */
    [LIST_BEFORE_DAY] =
        ("le du au depuis dep date jusqu ce dps sorti sortie hospit opere operee rdv vu vue chute fait ddr "
         "dcd decede decedee deces admis revu revue entre entree consulte hospitalise ne nee pose posee "
         "debut fin cs acc accouche hier demain appele appelee rappele venu venue terme dpa at arret conge conges "
         "prevu prevue prevus prevues"),
    [LIST_BEFORE_LONE_DAY] = ("avant apres depuis dep depui dps jusque prevu prevue prevus prevues revoir revu rdv reprise vu vue stoppe "
         "stoppee arrete arretee debute debutee opere operee pose posee sorti sortie hospitalise hospitalisee commence"),
    [LIST_AFTER_DAY] = "avec au aux pour pas chez par dans soir matin midi nuit apres sans suite",
    [LIST_TIME_OF_DAY] = "partir nuit soir soiree matin matinee journee visite passage",
    [LIST_ACT] =
        ("nfs inr bilan scanner tdm tap irm radio rx echo ecbu doppler coro coloscopie fibro biopsie scintigraphie "
         "vaccin injection infiltration convocation reconvocation changee change ablation odm prelevement "
         "ordonnance seance chimio passage retour operation chirurgie scan arterio angio scinti holter epreuve greffe "
         "plaque platre ordo ps sang sanguin biologique grippe covid pcr tdr accouchement refait refaite visite"),
    [LIST_BEFORE_MONTH] = "en depuis debut fin mi courant de d au",
    [LIST_DAY_LINK] = "au et ou",
    [LIST_ABOUT] = "presume presumee environ vers fin debut",
    [LIST_BORN] = "nee nees ddn naissance naiss dn",
    /* Establishments and firms. */
    [LIST_ETAB_LINK] = "de du des d la le les l en sur au aux et ar",
    [LIST_GENERIC] =
        ("garde nuit jour jours ville proximite quartier coin bas secteur service urgence urgences semaine "
         "rappel retour medecin patient patiente son sa ses mon ma fils fille mari pere mere domicile ce "
         "cette demain matin soir suite place maternelle primaire privee prive publique general "
         "universitaire psychiatrique local psy locale specialise rural dentaire vue vie sante soins "
         "consultation consultations embulatoire ambulatoire prelevement prelevements biologie demande ordonnance renouvellement "
         "transport ambulance confiance choix plus prochain prochaine weekend famille douleur sommeil autres "
         "cancerologie oncologie readaptation ingenieurs instruction depistage cuisines "
         "matinee soiree lendemain veille suivant fin debut moment jeunes patients resultat resultats "
         "habituelle habituel avant apres depuis dep hier pour pr si avec quand "
         "emblee accord decrochage brules metallerie visio renfort ouverte fermee conventionne est fait a et ou face meme autre entree sortie dehors niveau envoi retrait livraison etablissement bord"),
    [LIST_PLAINLY_NAMED] =
        ("ehpad clinique polyclinique pharmacie phie creche foyer hotel lycee college mapa residence "
         "logement logt laboratoire labo ecole restaurant ime mapad marpa esat rpa brasserie pizzeria "
         "creperie bar cafe garage boulangerie boucherie camping pole auberge usld ssr smr hdj institut "
         "chrs cada huda fjt iem impro ime dispensaire gaec haras dojo relais armement coutellerie pmi truckstop fabrique "
         "camp colonie internat thermes auberges gites basilique collegiale technicentre brocante ludotheque mediatheque "
         "atelier scierie epicerie snack salon resto restau bistrot bistro micro mam multi msp officine centre uhr unite cabinet hopital "
         "maison cmp cattp csapa mecs maternite mater chs fam mas itep camsp cmpp sessad clin pharma cab lab mdr ephad ehpa "
         "long petite puv accueil halte dialyse gite pompes ambulances ephpad epadh epahd epad ehpade groupe cfa mfr "
         "periscolaire perisco jardin tabac fleuriste coiffeur coiffure kebab cinema theatre eglise chapelle abbaye cite "
         "gymnase stade piscine caserne centres cantou appart espace mjc internat halle alimentation samsah savs cmpp "
         "discotheque supermarche magasin veterinaire haras funerarium pension communaute couvent fournil had ssiad ch imprimerie entrepot"),
    [LIST_PLACE_ADJECTIVE] =
        ("beau bel belle beaux belles bon bonne bons bonnes grand grande grands grandes gd gde petit petite petits "
         "petites vieux vieil vieille vieilles haut haute hauts hautes bas basse joli jolie nouveau nouvelle long "
         "longue longs longues rond ronde blanc blanche blancs blanches noir noire noirs noires rouge rouges vert verte "
         "verts vertes bleu bleue bleus bleues rose roses jaune jaunes gris grise dore doree dores dorees fleuri "
         "fleurie fleuris fleuries royal royale neuf neuve clair claire vive vives argente argentee boise boisee "
         "tranquille perdu perdue joyeux joyeuse heureux heureuse ensoleille ensoleillee marin marine"),
    [LIST_HOME_WISH] = "repos accueil abri village plaisir souci secours sauveur pasteur",
    [LIST_PLACE_NOUN] = "port vent vents pont croix fosse canal col val pic bras coeur plaine source sources fontaine bois cote porte portes",
    [LIST_GROUND_KIND] = "terre tere gravier graviers livraison livraisons dechargement chargement pierre pierres cailloux sable campagne halage ronde",
    [LIST_STREET_ADJECTIVE] = "neuve haute basse nationale principale centrale royale",
    [LIST_TOLD] = "prevenus prevenues avertis averties informes informees presents presentes joints appeles contactes sollicites",
    [LIST_HOUSE_ADJECTIVE] = "centrale central terminus moderne nationaux mutualiste normande bretonne alsacienne lafayette",
    [LIST_NUMBERED_ETAB] = "commissariat formule mairie prefecture crip ati atmp clic astg sdis",
    [LIST_FIRM_TYPE] = "syndic societe agence entreprise depot plateforme",
    [LIST_ANNOUNCES] =
        ("pf labo ambulance telealarme teleassistance alarme prestataire presta centrale "
         "assistance depannage depanneur remorquage serrurier gardiennage nettoyage interim dom"),
    [LIST_DOUBLED_TYPE] = "pharma transport transports societe vsl had maternite mater hdj entreprise officine pharmasie",
    [LIST_FIRM_END] =
        ("logistique transports assistance secours services service sante medical homecare oxygene coiffure "
         "securite proprete funeraire ambulances"),
    [LIST_CARE] =
        ("hospitalise hospitalisee hospit hospi hosp hospitalisation opere operee suivi suivie transfert "
         "transfere transferee transferer adresse adressee adresser urgences urg sau accouche accouchement rea "
         "usic usc irm scanner tdm coro dialyse rdv consulte echo radio bilan conduit conduite emmene "
         "mater maternite prescrit prescrite ablation infiltre infiltree"),
    [LIST_NO_PLACE] =
        ("maison domicile suite demande base fois naissance normale lettre vie main distance jeun nouveau "
         "accueil salle etranger exterieur instant essai avance ecole travail calme cours frais repos "
         "plus moins age arrivee sortie entree venue avis decours pied debut fin jour jours semaine mois "
         "rentree reprise lumiere recherche charge disposition officier famille belle haut bas risque hate robot mer plage"),
    [LIST_AT] =
        ("travaille travaillant employe employee salarie salariee resident residente residant residante pensionnaire "
         "interne eleve etudiant etudiante enseigne scolarise scolarisee saisonnier saisonniere heberge hebergee loge "
         "logee dort garde gardee moniteur monitrice apprenti apprentie stagiaire curiste curistes nounou sort sorti "
         "sortie vu vue intervention opere operee bosse caissier caissiere serveur serveuse cuisinier cuisiniere "
         "vendeur vendeuse ouvrier ouvriere agent reconduite reconduit retourne inscrit inscrite accueilli accueillie "
         "admis admise place placee soignante soignant hospitalise hospitalisee hospit suivi suivie consulte adresse "
         "adressee transfere transferee sejour sejourne convalescence reeducation chambre habite vit entree demande "
         "patiente accouche pose posee ptg pth dialyse dialysee kine ash ide aide infirmiere infirmier directrice "
         "directeur animatrice animateur classe creche materne joueur licencie membre pretre prof professeur revenu revenue "
         "constate constatee"),
    [LIST_STOPPED_TYPE] = "hop clin pharm pharma phie lab cab ets assoc asso ec univ inst coll polycl mater",
    [LIST_HEIRS] = "fils filles freres cie associes compagnie",
    [LIST_COMPANY_FORM] = "sarl sas sasu eurl scop gmbh sa selarl sci scea earl",
    [LIST_PROPER_LINK] = "de du des d la le les l et aux en sur",
    [LIST_ARTICLE] = "le la les",
    /* Streets and towns. */
    [LIST_STREET_LINK] = "de du des d la le les l del dou aux au sur en et sous a",
    [LIST_RANK] = "gal gl general mal marechal cdt commandant col colonel capitaine cap pdt president abbe",
    [LIST_CARDINAL] = "nord sud est ouest",
    [LIST_HONOUR] =
        ("general gen gal gl marechal mal docteur dr saint sainte st ste president pdt pres abbe colonel col "
         "capitaine cap commandant cdt professeur pr pere jean pierre notre dame lieutenant lt sergent "
         "maitre amiral cardinal card bon bel belle grand grande petit petite vieux vieille haut haute bas basse "
         "quatre trois deux dix douze roi reine prince mgr monseigneur soeur frere comte mont champ champs "
         "val pont fort port moulin croix clos bois square cite"),
    [LIST_STREET_TYPE] =
        ("rue av ave avenue bd bld bvd blvd boulevard boulvard impasse allee allees chemin quai faubourg fbg "
         "square rte residence resid res lotissement hlm hameau lieudit cite ruelle sq zi za zac qrt "
         "quartier morne hamo ld domaine immeuble camping coron chalet gite bastide manoir peniche bergerie venelle esplanade promenade sentier lot lotiss copropriete ch"),
    [LIST_SHORT_STREET_TYPE] = "r pl all imp crs cours chem sq place passage pass route al ale q esp galerie galeri",
    [LIST_NUMBERED_STREET] = "al ale q",
    [LIST_VEHICLE] = "voiture voitur auto vehicule vehic veh camion camionnette scooter moto fourgon taxi car plaque immat immatriculation remorque bateau",
    [LIST_NUMBER_REPEAT] = "bis ter quater b t a c",
    [LIST_TOWN_LINK] = "sur sous les lez en de du des la le d l aux",
    [LIST_BEFORE_PLACE] =
        ("habite commune vers demeurant retour domicilie domiciliee originaire loge reside adresse arrive "
         "vacances"),
    [LIST_DISTRICTS] = "paris lyon marseille",
    [LIST_BEFORE_TOWN_NAME] = "de d sur du depuis au aux",
    [LIST_TOWN_JOINT] = "sur sous les lez en",
    [LIST_TOWN_ARTICLE] = "la le aux",
    [LIST_LIVES] = "habite demeurant domicilie domiciliee reside loge",
    [LIST_TOWARD] = "a direction vers par entre apres",
    [LIST_BEFORE_TOWN] = "a au o du vers sur secteur commune ville",
    [LIST_NEAR_TOWN] = ("pres loin gare sortie entree centre vient viens venant nord sud est ouest cote direction route mairie "
                        "sorti arrive"),
    [LIST_SITE] =
        ("villa villas mas marais etang etangs parvis sente sentier chalet chal cabane cabanon camping airial anse "
         "pointe plage baie port quai clos domaine hameau lotissement lotiss manoir bastide bergerie chateau moulin "
         "ferme res resid residence imm immeuble bat batiment batim bt tour aile unite pavillon village r rue ruelle "
         "impasse allee all montee mtee carrefour gite maisonnette loft cour bois foret quartier pont place passage "
         "chemin route corniche traverse venelle ilot coron cite camp zone za zi zac lieudit ld bloc rotonde "
         "peniche caves grotte dortoir parc jardin square esplanade terrasse terrasses hlm col mont"),
    [LIST_SURE_SITE] = "batiment batim lotissement lotiss hameau lieudit ld residence resid",
    [LIST_DOUBTFUL_SITE] =
        ("tour aile unite pavillon village cour pont place passage route traverse port pointe plage bloc camp zone "
         "bois foret parc jardin col mont all quartier terrasse mas cite caves cabane "
         "montee pointe chateau camping ferme moulin"),
    [LIST_BEFORE_SITE] = "retour rentre rentree domicile chez elle lui habite vit sinon adresse",
    [LIST_LANDMARK] =
        ("portail portails porte portes volet volets maison grille barriere facade toit mur murs haie camion voiture "
         "garage boite interphone rideau store fenetre fenetres escalier entree cloture cour jardin sapin arbre "
         "auvent balcon perron murette muret enseigne panneau poteau feu feux rond chat chien accueil parking chambre"),
    [LIST_AFTER_SITE] =
        "apres avant face derriere devant pres proche entre direction suivre prendre au a sur dernier derniere",
    [LIST_BODY] =
        ("nez oreille oreilles uterus femur humerus pied pieds main mains coude poignet genou genoux hanche tete cou "
         "taille poitrine rein reins vessie foie coeur estomac pancreas radius tibia perone scaphoide omoplate "
         "clavicule rotule langue levre levres menton oeil yeux machoire dent dents doigt doigts orteil orteils talon "
         "cheville cuisse mollet epaule dos bassin sacrum coccyx thorax abdomen nombril aine fesse fesses sein seins "
         "bras jambe jambes front joue joues gorge palais narine paupiere cornee tympan ventre peau os cote cotes "
         "vertebre rachis moelle crane cerveau poumon plevre bronches artere veine veines aorte rate vulve vagin verge "
         "testicule prostate anus rectum colon hallux pouce index ongle cheveux perimetre lit sang urine urines"),
    [LIST_SAINT] = "st ste saint sainte",
    /* Houses, floors and doors. */
    [LIST_HOUSE_TYPE] = ("allee immeuble villa chalet lot montee mtee all bungalow gite pavillon parcelle caravane "
                        "maisonnette loft troglo meuble cantou ponton"),
    [LIST_NUMBERED_ROOM] = "bal cite loge case bureau tente atelier hangar cabine salle",
    [LIST_FALL] = "chute tombe tombee saute jete jetee defenestre defenestration saut fenetre balcon",
    [LIST_DOOR_NOUN] =
        ("tour entree ent hall cage aile bloc tr porte lit box boite bte secteur unite couloir log app "
         "cellule niveau chalet ch"),
    [LIST_CATHETER] = "bouton sad svd sv sonde sondage foley drain catheter charriere aspiration materiel silicone",
    [LIST_NAMED_UNIT] = "unite secteur cellule chambre",
    [LIST_SIDE] = "droite gauche gche dte gch droit face gau fond gauch drt drte",
    [LIST_SIDED] =
        ("esc escalier escal escaliers palier bat batiment bt bati aile porte pte immeuble imm appt apt app "
         "appartement appart batim"),
    [LIST_SIDE_LINK] = "de du a sur cote au la",
    [LIST_OUTSIDE] = "cour rue jardin",
    [LIST_SHORT_SIDE] = "d g dt dr",
    [LIST_CORRIDOR] = "couloir cour de du a fond bout",
    [LIST_ORDINAL] =
        ("premier deuxieme second troisieme quatrieme cinquieme sixieme septieme huitieme neuvieme dixieme "
         "onzieme douzieme dernier premie deuxiem dexieme deusieme troisiem quatriem katrieme cinquiem sinquieme "
         "sisieme siziem septiem uitieme"),
    [LIST_ORDINAL_END] = "e er eme ere nd nde ieme em me ie iem iemme",
    [LIST_STOREY] =
        ("premier deuxieme second troisieme quatrieme cinquieme sixieme premie deuxiem dexieme deusieme troisiem "
         "quatriem cinquiem dernier"),
    [LIST_LIFT] = "asc ascenseur assenseur lassenseur lassenceur assenceur acenseur lacenseur assanseur ascenceur sans avec ss",
    [LIST_HOUSE_LINK] = "au le et non pas ou face en du seul seule",
    [LIST_HOUSE_REPEAT] = "bis ter b",
    [LIST_NUMBER_SIGN] = "numero num no ap",
    [LIST_BEFORE_HOUSE] = "au du pas o en non ou",
    [LIST_HOME] = "habite loge vit sonner fasse voisin voisine voizin voizine voisins resident residente residents locataire locataires occupant mitoyen mitoyenne",
    [LIST_BELL] = "interphone sonnette bal",
    [LIST_ROAD] = "pk rn rd",
    [LIST_ROAD_LETTER] = "a d n m e rt cd vc",
    [LIST_WAY] = "parking aire autoroute route departementale nationale croisement rocade bretelle avp",
    [LIST_ALONG] = "km pk borne bornes sortie sorties",
    [LIST_SPELT] =
        "n abonne abonnee premier at zero o oh six sept r et maison ch mr fam loge resid imm l ne nee",
};
/* clang-format on */

const char *word_list_words(enum word_list list)
{
    return words[list];
}
